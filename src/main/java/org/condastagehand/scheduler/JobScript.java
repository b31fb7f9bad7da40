package org.condastagehand.scheduler;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.condastagehand.host.BadRequest;

/**
 * The lines of a job script, without their line ends, DOS ones included.
 *
 * @param name how messages call it
 */
record JobScript(String name, List<String> lines) {
    /** Directives further down than this are not seen. */
    static final int LIMIT = 1024 * 1024;

    JobScript {
        lines = List.copyOf(lines);
    }

    static JobScript of(String name, String text) {
        // A line break is \n and nothing else, as for the schedulers; lines() would also take a lone \r for one.
        return new JobScript(
                name,
                List.of(text.split("\n", -1)).stream()
                        .map(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line)
                        .toList());
    }

    /** Reads what lies in the first {@value #LIMIT} bytes; bytes that are not UTF-8 become U+FFFD. */
    static JobScript read(Path script, String name) throws BadRequest {
        if (Files.exists(script) && !Files.isRegularFile(script) && !Files.isDirectory(script)) {
            // Who reads a pipe takes the script away from the shell that is to run it.
            return of(name, "");
        }
        try (InputStream in = Files.newInputStream(script)) {
            byte[] bytes = in.readNBytes(LIMIT);
            return of(name, whole(new String(bytes, StandardCharsets.UTF_8), bytes.length));
        } catch (IOException e) {
            throw new BadRequest("cannot read the job script `" + name + "`", e);
        }
    }

    /** Half a directive at the limit would be a wrong one. */
    private static String whole(String text, int length) {
        return length < LIMIT ? text : text.substring(0, text.lastIndexOf('\n') + 1);
    }

    /** A place, for people to read; lines count from 1. */
    String where(int line) {
        return "line " + line + " of `" + name + "`";
    }
}
