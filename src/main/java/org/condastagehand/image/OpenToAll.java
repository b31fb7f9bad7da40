package org.condastagehand.image;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Gives everybody the owner's right to read, and to enter or run; to write it gives nobody. */
public final class OpenToAll extends SimpleFileVisitor<Path> {
    private static final int PERMISSIONS = 07777;
    private static final int READ_AND_ENTER = 05;
    private static final int BITS = 3;

    private OpenToAll() {}

    /** Of a whole tree. */
    public static void tree(Path root) throws IOException {
        Files.walkFileTree(root, new OpenToAll());
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes found) throws IOException {
        if (!found.isSymbolicLink()) {
            open(file);
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
        open(directory);
        return FileVisitResult.CONTINUE;
    }

    private static void open(Path path) throws IOException {
        int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & PERMISSIONS;
        int owners = (mode >> (2 * BITS)) & READ_AND_ENTER;
        int opened = mode | (owners << BITS) | owners;
        if (opened != mode) {
            Files.setAttribute(path, "unix:mode", opened);
        }
    }
}
