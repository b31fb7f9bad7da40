package org.condastagehand.activate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a program left behind that ran with an environment of its own. */
record Ran(int status, String out, String err) {
    static Ran of(Map<String, String> environment, List<String> command) {
        try {
            Path err = Files.createTempFile("ran", ".err");
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            String complaints = Files.readString(err);
            Files.delete(err);
            return new Ran(status, out, complaints);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The output of {@code env -0} as a map. */
    Map<String, String> environment() {
        Map<String, String> variables = new TreeMap<>();
        for (String variable : out.split("\0", -1)) {
            String[] parts = variable.split("=", 2);
            if (parts.length == 2) {
                variables.put(parts[0], parts[1]);
            }
        }
        return variables;
    }
}
