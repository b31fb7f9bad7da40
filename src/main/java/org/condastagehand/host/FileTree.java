package org.condastagehand.host;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Deletes trees by descriptor, as openat(2) and unlinkat(2) do, so that nobody who renames a directory or plants a
 * symlink meanwhile can lead the deletion elsewhere (CVE-2023-41914 was a path-based one).
 *
 * <p>At most 64 levels are open at once, two descriptors each; what lies deeper is first moved up. A listed path is
 * never turned into a string: a name that is not UTF-8 would not survive it.
 */
public final class FileTree {
    private static final int MOST_LEVELS = 64;
    private static final Set<PosixFilePermission> OWNER =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private final SecureDirectoryStream<Path> top;
    private final String device;
    private final Set<String> mounts;
    private int moved;
    private @Nullable IOException firstFailure;

    private FileTree(SecureDirectoryStream<Path> top, String device, Set<String> mounts) {
        this.top = top;
        this.device = device;
        this.mounts = mounts;
    }

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
            SecureDirectoryStream<Path> secure = secure(stream, parent);
            PosixFileAttributes attributes = attributes(secure, name);
            if (attributes.isDirectory()) {
                deleteDirectory(secure, name, root, attributes);
            } else {
                secure.deleteFile(name);
            }
        } catch (NoSuchFileException e) {
            // somebody else struck it: that is what was wanted
        }
    }

    private static void deleteDirectory(
            SecureDirectoryStream<Path> parent, Path name, Path root, PosixFileAttributes attributes)
            throws IOException {
        makeAccessible(parent, name, root, attributes);
        FileTree tree;
        try (SecureDirectoryStream<Path> top = parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            tree = new FileTree(top, device(attributes), MountPoints.below(root));
            tree.empty(top, root, 0);
            if (tree.moved > 0) {
                tree.emptyWhatWasMovedUp(parent, name, root);
            }
        }
        if (tree.firstFailure != null) {
            throw tree.firstFailure;
        }
        parent.deleteDirectory(name);
    }

    /** A directory stream can be read once only, so what was moved up is found with new ones. */
    private void emptyWhatWasMovedUp(SecureDirectoryStream<Path> parent, Path name, Path root) throws IOException {
        int before = 0;
        while (moved > before) {
            before = moved;
            try (SecureDirectoryStream<Path> again = parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                empty(again, root, 0);
            }
        }
    }

    private void empty(SecureDirectoryStream<Path> directory, Path where, int level) throws IOException {
        try {
            for (Path child : directory) {
                Path name = child.getFileName();
                try {
                    remove(directory, name, where.resolve(name), level);
                } catch (NoSuchFileException e) {
                    // gone already
                } catch (IOException e) {
                    firstFailure = firstFailure == null ? e : firstFailure;
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private void remove(SecureDirectoryStream<Path> directory, Path name, Path where, int level) throws IOException {
        PosixFileAttributes attributes = attributes(directory, name);
        if (!attributes.isDirectory()) {
            directory.deleteFile(name);
            return;
        }
        if (!device(attributes).equals(device) || mounts.contains(String.valueOf(attributes.fileKey()))) {
            throw new IOException("another file system is mounted on `" + where + "`");
        }
        makeAccessible(directory, name, where, attributes);
        if (level == MOST_LEVELS) {
            directory.move(name, top, name.resolveSibling(".deep-" + System.nanoTime() + "-" + moved++));
            return;
        }
        try (SecureDirectoryStream<Path> inner = directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            empty(inner, where, level + 1);
        }
        directory.deleteDirectory(name);
    }

    private static PosixFileAttributes attributes(SecureDirectoryStream<Path> directory, Path name) throws IOException {
        return view(directory, name).readAttributes();
    }

    private static PosixFileAttributeView view(SecureDirectoryStream<Path> directory, Path name) {
        return directory.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** A staged tree is read-only; its owner must be able to list and change a directory before emptying it. */
    private static void makeAccessible(
            SecureDirectoryStream<Path> parent, Path name, Path where, PosixFileAttributes attributes)
            throws IOException {
        if (attributes.permissions().containsAll(OWNER)) {
            return;
        }
        Set<PosixFilePermission> wanted = EnumSet.copyOf(OWNER);
        wanted.addAll(attributes.permissions());
        try {
            view(parent, name).setPermissions(wanted);
        } catch (AccessDeniedException e) {
            // Java opens the directory to change its mode, which a mode without `r` refuses its owner
            OpenDirectory.of(parent, where.getParent()).setPermissions(name, attributes, wanted);
        }
    }

    /** The part of {@code (dev=…,ino=…)} before the comma. */
    private static String device(PosixFileAttributes attributes) {
        String key = String.valueOf(attributes.fileKey());
        return key.substring(0, Math.max(0, key.indexOf(',')));
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream, Path where) throws IOException {
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        throw new IOException("no openat(2) for `" + where + "`");
    }

    /** Identity of a file as {@code (dev=…,ino=…)}, which no rename changes. */
    public static String identity(Path file) throws IOException {
        BasicFileAttributeView view =
                Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        return String.valueOf(view.readAttributes().fileKey());
    }
}
