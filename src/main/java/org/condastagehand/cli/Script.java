package org.condastagehand.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A job script: what runs it is named in its first line, as the kernel reads that, else it is {@code /bin/sh}. */
final class Script {
    private static final int FIRST_LINE = 255;

    private Script() {}

    /** The command that runs the script; a script need not be executable, as schedulers copy theirs. */
    static List<String> command(Path script, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(interpreter(script));
        command.add(script.toString());
        command.addAll(arguments);
        return command;
    }

    private static List<String> interpreter(Path script) throws IOException {
        if (!Files.isRegularFile(script)) {
            return List.of("/bin/sh"); // of a pipe nothing may be read before its shell does
        }
        byte[] head;
        try (InputStream in = Files.newInputStream(script)) {
            head = in.readNBytes(FIRST_LINE);
        }
        String line = new String(head, StandardCharsets.UTF_8).split("\\R", 2)[0];
        if (!line.startsWith("#!") || line.substring(2).isBlank()) {
            return List.of("/bin/sh");
        }
        String[] words = line.substring(2).strip().split("[ \\t]+", 2);
        return List.of(words);
    }
}
