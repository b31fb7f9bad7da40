package org.condastagehand.stage;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Looks into an unpacked tree without following a symlink, which an archive may point anywhere. */
final class Inside {
    private Inside() {}

    /** Whether the relative path leads through directories of the tree itself to a regular file. */
    static boolean isFile(Path root, String path) {
        try {
            return isDirectoryAbove(root, path) && Files.isRegularFile(root.resolve(path), LinkOption.NOFOLLOW_LINKS);
        } catch (InvalidPathException e) {
            return false; // characters that no file name has
        }
    }

    static boolean isDirectory(Path root, String path) {
        return isDirectoryAbove(root, path + "/");
    }

    private static boolean isDirectoryAbove(Path root, String path) {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            if (!Files.isDirectory(root.resolve(path.substring(0, slash)), LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the environment has a program of that name; what a first line calls so may be anything. */
    static boolean hasProgram(Path root, String name) {
        try {
            return name.indexOf('/') < 0 && Files.exists(root.resolve("bin").resolve(name));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
