package org.condastagehand.keep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/** The clock of the file system that a directory is on: a file server's times are its own, and no node's clock need agree. */
final class FileClock {
    private final Path directory;

    FileClock(Path directory) {
        this.directory = directory;
    }

    /** How long ago a file was written to; zero for one that is not there. */
    Duration age(Path file) throws IOException {
        Path probe = directory.resolve(".now." + UUID.randomUUID());
        try {
            // written, for an empty file may have the time of the node that made it
            Files.writeString(probe, "now");
            long now = Files.getLastModifiedTime(probe).toMillis();
            long then =
                    Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toMillis();
            return Duration.ofMillis(Math.max(0, now - then));
        } catch (NoSuchFileException e) {
            return Duration.ZERO;
        } finally {
            Files.deleteIfExists(probe);
        }
    }
}
