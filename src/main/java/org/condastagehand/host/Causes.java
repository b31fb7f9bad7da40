package org.condastagehand.host;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** Java's file exceptions in the words of errno; their own messages are often a bare path. */
public final class Causes {
    private Causes() {}

    /** The reason without a line break, always some words. */
    public static String oneLine(Throwable cause) {
        String reason = cause instanceof FileSystemException failure ? reason(failure) : cause.getMessage();
        return reason == null || reason.isBlank()
                ? cause.getClass().getSimpleName()
                : reason.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static @Nullable String reason(FileSystemException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "it exists already";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return "directory not empty";
        }
        if (failure instanceof NotDirectoryException) {
            return "not a directory";
        }
        return failure.getReason() == null ? failure.getMessage() : failure.getReason();
    }
}
