package org.condastagehand.archive;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Archives that conda-pack itself made; tests that need one are skipped where they are not there. */
final class Fixtures {
    private static final Path DIRECTORY = Path.of(System.getProperty("conda.stagehand.fixtures", "../shared/fixtures"));

    private Fixtures() {}

    static Path file(String name) {
        Path file = DIRECTORY.resolve(name);
        assumeTrue(Files.isRegularFile(file), "no fixture " + file);
        return file;
    }
}
