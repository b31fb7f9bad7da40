package org.condastagehand.resolve;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads one of conda's own text files, which are a few lines long; what is not a regular file is never opened. */
final class SmallFile {
    /** Bytes; what comes after them is not read. */
    static final int LIMIT = 256 * 1024;

    private SmallFile() {}

    /** The text, with U+FFFD for bytes that are not UTF-8; empty where there is no such file. */
    static String text(Path file, Problems problems) {
        if (!Files.isRegularFile(file)) {
            return "";
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LIMIT), StandardCharsets.UTF_8);
        } catch (IOException e) {
            problems.cannotRead(file, e);
            return "";
        }
    }
}
