package org.condastagehand.host;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Deletes one tree by descriptor, as openat(2) and unlinkat(2) do, so that nobody who renames a directory or plants a
 * symlink meanwhile can lead the deletion elsewhere (CVE-2023-41914 was a path-based one). A listed path is never turned
 * into a string: a name that is not UTF-8 would not survive it.
 *
 * <p>Each thread goes down its own way, one directory at a time because the kernel locks a directory while a name in it
 * is deleted, and leaves the next one that it meets to another thread that has nothing to do. What lies deeper than the
 * levels that may be open is moved up to the top, and found there by another pass: a listing can be read only once.
 */
final class TreeDeletion {
    private static final Set<PosixFilePermission> OWNER =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private final SecureDirectoryStream<Path> parent;
    private final Path root;
    private final PosixFileAttributes attributes;
    private final Set<String> mounts;
    private final int levels;
    private final Helpers helpers;
    private final AtomicInteger moved = new AtomicInteger();
    private final AtomicReference<@Nullable IOException> firstFailure = new AtomicReference<>();

    private TreeDeletion(SecureDirectoryStream<Path> parent, Path root, int levels, Helpers helpers)
            throws IOException {
        this.parent = parent;
        this.root = root;
        this.attributes = view(parent, root.getFileName()).readAttributes();
        this.mounts = MountPoints.below(root);
        this.levels = levels;
        this.helpers = helpers;
    }

    /**
     * Deletes a directory that lies in an open one.
     *
     * @param root with the path of the open one before its name
     */
    static void run(SecureDirectoryStream<Path> parent, Path root) throws IOException {
        DeletionLimits limits = DeletionLimits.now();
        try (Helpers helpers = new Helpers(limits.workers())) {
            TreeDeletion deletion = new TreeDeletion(parent, root, limits.levels(), helpers);
            int moved;
            do {
                moved = deletion.moved.get();
                deletion.pass();
            } while (deletion.moved.get() > moved);
            IOException failure = deletion.firstFailure.get();
            if (failure != null) {
                throw failure;
            }
        }
        parent.deleteDirectory(root.getFileName());
    }

    private void pass() throws IOException {
        try (SecureDirectoryStream<Path> top = open(parent, root, attributes)) {
            mend(top);
            empty(new OpenLevel(null, root, top), top);
            helpers.join();
        }
    }

    /** A thread's own way: down into what nobody else takes, and up again to where it began. */
    private void empty(OpenLevel start, SecureDirectoryStream<Path> top) {
        OpenLevel level = start;
        while (true) {
            OpenLevel below = nextDirectory(level, top);
            if (below == null) {
                OpenLevel above = level.above();
                finish(level);
                if (level == start || above == null) {
                    return;
                }
                level = above;
            } else if (!helpers.take(() -> empty(below, top))) {
                level = below;
            }
        }
    }

    /** Deletes files up to the next directory, which it opens; null at the end of the listing. */
    private @Nullable OpenLevel nextDirectory(OpenLevel level, SecureDirectoryStream<Path> top) {
        while (true) {
            try {
                if (!level.entries().hasNext()) {
                    return null;
                }
                OpenLevel below = remove(level, level.entries().next(), top);
                if (below != null) {
                    return below;
                }
            } catch (DirectoryIteratorException e) {
                fail(new IOException("cannot list `" + level.path() + "`", e));
                return null;
            } catch (IOException e) {
                fail(e);
            }
        }
    }

    /**
     * Most are files, so what an entry is is only asked when it cannot be unlinked. For a directory Linux refuses that
     * before its file system gets to know, to root too.
     */
    private @Nullable OpenLevel remove(OpenLevel level, Path path, SecureDirectoryStream<Path> top) throws IOException {
        try {
            level.stream().deleteFile(path.getFileName());
            return null;
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            PosixFileAttributes seen = view(level.stream(), path.getFileName()).readAttributes();
            if (!seen.isDirectory()) {
                throw e;
            }
            requireNoMount(seen, path);
            return enter(level, path, seen, top);
        }
    }

    private @Nullable OpenLevel enter(
            OpenLevel level, Path path, PosixFileAttributes seen, SecureDirectoryStream<Path> top) throws IOException {
        SecureDirectoryStream<Path> inner = open(level.stream(), path, seen);
        try {
            requireNoMount(mend(inner), path);
            if (level.depth() < levels) {
                return new OpenLevel(level, path, inner);
            }
            Path name = path.getFileName();
            String unique = ".deep-" + System.nanoTime() + "-" + moved.incrementAndGet();
            level.stream().move(name, top, name.resolveSibling(unique));
        } catch (IOException e) {
            inner.close();
            throw e;
        }
        inner.close();
        return null;
    }

    /** Ends the work on a directory, and on those above it that waited for nothing else. */
    private void finish(OpenLevel ended) {
        OpenLevel level = ended;
        while (level != null && level.finish()) {
            try {
                level.delete();
            } catch (IOException e) {
                fail(e);
            }
            level = level.above();
        }
    }

    private void fail(IOException failure) {
        if (!(failure instanceof NoSuchFileException)) { // somebody else struck it
            firstFailure.compareAndSet(null, failure);
        }
    }

    private void requireNoMount(PosixFileAttributes directory, Path path) throws IOException {
        if (!device(directory).equals(device(attributes)) || mounts.contains(String.valueOf(directory.fileKey()))) {
            throw new IOException("another file system is mounted on `" + path + "`");
        }
    }

    /** The part of {@code (dev=…,ino=…)} before the comma. */
    private static String device(PosixFileAttributes attributes) {
        String key = String.valueOf(attributes.fileKey());
        return key.substring(0, Math.max(0, key.indexOf(',')));
    }

    private static PosixFileAttributeView view(SecureDirectoryStream<Path> directory, Path name) {
        return directory.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** A directory without {@code r} lets not even its owner open it, and Java changes a mode only of what it opened. */
    private static SecureDirectoryStream<Path> open(
            SecureDirectoryStream<Path> parent, Path path, PosixFileAttributes seen) throws IOException {
        Path name = path.getFileName();
        try {
            return parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
        } catch (AccessDeniedException e) {
            if (seen.permissions().containsAll(OWNER)) {
                throw e;
            }
            OpenDirectory.of(parent, path.getParent()).setPermissions(name, seen, accessible(seen));
            return parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** A staged tree is read-only; its owner must be able to list and change a directory before emptying it. */
    private static PosixFileAttributes mend(SecureDirectoryStream<Path> directory) throws IOException {
        PosixFileAttributeView view = directory.getFileAttributeView(PosixFileAttributeView.class);
        PosixFileAttributes attributes = view.readAttributes();
        if (!attributes.permissions().containsAll(OWNER)) {
            view.setPermissions(accessible(attributes));
        }
        return attributes;
    }

    private static Set<PosixFilePermission> accessible(PosixFileAttributes attributes) {
        Set<PosixFilePermission> wanted = EnumSet.copyOf(OWNER);
        wanted.addAll(attributes.permissions());
        return wanted;
    }
}
