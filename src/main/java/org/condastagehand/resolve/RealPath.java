package org.condastagehand.resolve;

import java.io.IOException;
import java.nio.file.Path;

/** The path that all ways to a directory have in common, by which two finds are known to be one. */
final class RealPath {
    private RealPath() {}

    /** The path itself where links cannot be followed. */
    static Path of(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }
}
