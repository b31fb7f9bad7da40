package org.condastagehand.setup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Replaces a file at once and for good: whoever reads it finds the old one or the new one, after a power loss too. */
final class FileReplacement {
    private FileReplacement() {}

    /** With the owner, group and mode that the file has. */
    static void replace(Path file, byte[] bytes) throws IOException {
        PosixFileAttributes now = Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        write(file, bytes, now.permissions(), unfinished -> {
            PosixFileAttributes is = Files.readAttributes(unfinished, PosixFileAttributes.class);
            PosixFileAttributeView view = Files.getFileAttributeView(unfinished, PosixFileAttributeView.class);
            if (!is.owner().equals(now.owner())) {
                view.setOwner(now.owner());
            }
            if (!is.group().equals(now.group())) {
                view.setGroup(now.group());
            }
        });
    }

    /** With a mode like {@code rw-r--r--}, whatever was there. */
    static void write(Path file, byte[] bytes, String mode) throws IOException {
        write(file, bytes, PosixFilePermissions.fromString(mode), unfinished -> {});
    }

    @FunctionalInterface
    private interface Preparation {
        void of(Path unfinished) throws IOException;
    }

    private static void write(Path file, byte[] bytes, Set<PosixFilePermission> mode, Preparation owner)
            throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(unfinished);
            Files.createFile(
                    unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            owner.of(unfinished);
            try (FileChannel out = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                ByteBuffer text = ByteBuffer.wrap(bytes);
                while (text.hasRemaining()) {
                    out.write(text);
                }
                Files.setPosixFilePermissions(unfinished, mode); // not createFile's, which the umask cuts
                out.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        try (FileChannel directory =
                FileChannel.open(file.toAbsolutePath().resolveSibling(""), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
