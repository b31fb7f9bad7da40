package org.condastagehand.resolve;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** What is an environment: a directory with a {@code conda-meta} that can be read. */
final class CondaPrefix {
    private CondaPrefix() {}

    /** @throws IOException there is something that cannot be looked at */
    static boolean at(Path prefix) throws IOException {
        Path meta = prefix.resolve("conda-meta");
        if (!isDirectory(meta)) {
            return false;
        }
        if (!Files.isReadable(meta) || !Files.isExecutable(meta)) {
            throw new AccessDeniedException(meta.toString());
        }
        return true;
    }

    /** As {@link #at}, for where a search goes on: what cannot be read becomes a problem. */
    static boolean at(Path prefix, Problems problems) {
        try {
            return at(prefix);
        } catch (IOException e) {
            problems.cannotRead(blamed(prefix), e);
            return false;
        }
    }

    private static boolean isDirectory(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).isDirectory();
        } catch (NoSuchFileException e) {
            return false;
        } catch (FileSystemException e) {
            // ENOTDIR has no exception of its own here; our JVMs run with LC_ALL=C.UTF-8
            if ("Not a directory".equals(e.getReason())) {
                return false;
            }
            throw e;
        }
    }

    /** The directory above when that is what stands in the way: every environment in it would be named else. */
    private static Path blamed(Path prefix) {
        Path parent = prefix.getParent();
        return parent != null && Files.isDirectory(parent) && !Files.isExecutable(parent) ? parent : prefix;
    }
}
