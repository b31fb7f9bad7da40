package org.condastagehand.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;

/** Deletes trees, and tells one directory from another that has its name. */
public final class FileTree {
    private FileTree() {}

    /**
     * Deletes a file, a link or a whole tree; nothing there is no error. Goes on past what cannot be deleted and never
     * enters another mounted file system.
     *
     * @throws IOException the first thing that could not be deleted
     */
    public static void delete(Path root) throws IOException {
        Path parent = root.toAbsolutePath().getParent();
        Path name = root.getFileName();
        if (parent == null || name == null) {
            throw new IOException("will not delete `" + root + "`");
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(parent)) {
            if (!(stream instanceof SecureDirectoryStream<Path> secure)) {
                throw new IOException("no openat(2) for `" + parent + "`");
            }
            BasicFileAttributeView view =
                    secure.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            if (view.readAttributes().isDirectory()) {
                TreeDeletion.run(secure, parent.resolve(name));
            } else {
                secure.deleteFile(name);
            }
        } catch (NoSuchFileException e) {
            // somebody else struck it: that is what was wanted
        }
    }

    /** Identity of a file as {@code (dev=…,ino=…)}, which no rename changes. */
    public static String identity(Path file) throws IOException {
        BasicFileAttributeView view =
                Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        return String.valueOf(view.readAttributes().fileKey());
    }
}
