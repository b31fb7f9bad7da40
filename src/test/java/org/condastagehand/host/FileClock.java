package org.condastagehand.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/** The kernel's clock for files, which stands still for milliseconds. */
public final class FileClock {
    private FileClock() {}

    /** Until what changes next has another time than what was changed last. */
    public static void waitForAnotherTime(Path directory) throws IOException {
        FileTime before = now(directory);
        while (now(directory).compareTo(before) <= 0) {
            Thread.onSpinWait();
        }
    }

    private static FileTime now(Path directory) throws IOException {
        Path file = Files.createTempFile(directory, "clock", null);
        FileTime now = Files.getLastModifiedTime(file);
        Files.delete(file);
        return now;
    }
}
