package org.condastagehand.observe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a hook's program leaves the line that the hook's shell sends to syslog: {@code conda-stage/outcome} of the job. */
public final class Outcome {
    private static final String NAME = "outcome";

    private Outcome() {}

    /** Replaces it. A full disk, for which the job falls back perhaps, is no reason to fail it. */
    public static void write(Path stage, String line) {
        try {
            Files.write(stage.resolve(NAME), (line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            return; // the shell says what it knows
        }
    }
}
