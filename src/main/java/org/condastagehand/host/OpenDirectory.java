package org.condastagehand.host;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open directory's path below {@code /proc/self/fd}, for what Java has no call by descriptor: it is short however deep
 * the directory lies, and a rename does not lead it elsewhere.
 */
final class OpenDirectory {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final Path path;

    private OpenDirectory(Path path) {
        this.path = path;
    }

    static OpenDirectory of(SecureDirectoryStream<Path> directory, @Nullable Path where) throws IOException {
        Object key = directory
                .getFileAttributeView(BasicFileAttributeView.class)
                .readAttributes()
                .fileKey();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                if (key.equals(keyOf(descriptor))) {
                    return new OpenDirectory(descriptor);
                }
            }
        }
        throw new AccessDeniedException(String.valueOf(where));
    }

    /** Changes the mode of a directory that cannot be opened, if it is still the one that was looked at. */
    void setPermissions(Path name, BasicFileAttributes seen, Set<PosixFilePermission> permissions) throws IOException {
        Path child = path.resolve(name);
        BasicFileAttributes now = Files.readAttributes(child, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!now.isDirectory() || !String.valueOf(now.fileKey()).equals(String.valueOf(seen.fileKey()))) {
            throw new NoSuchFileException(child.toString());
        }
        Files.setPosixFilePermissions(child, permissions);
    }

    private static @Nullable Object keyOf(Path descriptor) throws IOException {
        try {
            return Files.readAttributes(descriptor, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null; // closed since it was listed, or a pipe of another user
        }
    }
}
