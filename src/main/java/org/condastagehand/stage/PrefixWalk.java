package org.condastagehand.stage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.condastagehand.host.AutoStageHook;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.StagingException;
import org.condastagehand.host.UnixAttributes;
import org.condastagehand.relocate.Prefix;
import org.condastagehand.resolve.BesideBase;

/**
 * A walk over a live environment by several threads: each lists a directory, or copies some of the files in one, in the
 * order in which the file system gives them.
 */
final class PrefixWalk {
    private static final int BLANK_MODE = 0644;
    /** What a decoder writes for bytes that are not UTF-8. */
    private static final char NOT_UTF8 = '\uFFFD';
    /** Of a large directory's entries one thread takes so many at a time. */
    private static final int TOGETHER = 64;

    private static final int STREAM = 1 << 20;

    private final Path real;
    private final List<Prefix> names;
    private final Prefix to;
    private final ParallelTree tree;
    private final Buffers buffers = new Buffers();
    private final Map<String, String> linked = new ConcurrentHashMap<>();
    private final Queue<String> notes = new ConcurrentLinkedQueue<>();

    /**
     * A walk that has not begun.
     *
     * @param real the prefix without symlinks
     * @param names all that symlinks may call it
     * @param to what these names are replaced by
     */
    PrefixWalk(Path real, List<Prefix> names, Prefix to, ParallelTree tree) {
        this.real = real;
        this.names = names;
        this.to = to;
        this.tree = tree;
    }

    /** Hands the work to the tree's threads; it is done when they are. */
    void begin() {
        tree.submit(() -> list(real));
    }

    /** Lines on what was passed over. */
    List<String> notes() {
        return notes.stream().sorted().toList();
    }

    private void list(Path directory) throws StagingException {
        List<Path> some = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                if (some.size() == TOGETHER) {
                    List<Path> full = List.copyOf(some);
                    tree.submit(() -> visit(full));
                    some.clear();
                }
                some.add(child);
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw unreadable(directory, e);
        }
        visit(some);
    }

    private void visit(List<Path> children) throws StagingException {
        for (Path child : children) {
            if (tree.failed()) {
                return;
            }
            visit(child, attributes(child));
        }
    }

    private static UnixAttributes attributes(Path file) throws BadRequest {
        try {
            return UnixAttributes.of(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private void visit(Path file, UnixAttributes attributes) throws StagingException {
        switch (attributes.kind()) {
            case DIRECTORY -> {
                if (!isOutside(file)) {
                    tree.directory(path(file), attributes.permissions(), attributes.modified());
                    tree.submit(() -> list(file));
                }
            }
            case FILE, SYMLINK -> copy(file, attributes);
            case OTHER -> notes.add("passed over `" + file + "`, which is neither a file nor a link");
        }
    }

    private boolean isOutside(Path directory) {
        return real.equals(directory.getParent()) && BesideBase.has(String.valueOf(directory.getFileName()));
    }

    private void copy(Path file, UnixAttributes attributes) throws StagingException {
        String path = path(file);
        if (AutoStageHook.is(path)) {
            FileEntry blank = new FileEntry(path, BLANK_MODE, attributes.modified(), 0);
            tree.announce(blank);
            tree.write(blank, new byte[0], 0, 0);
        } else if (attributes.kind() == UnixAttributes.Kind.SYMLINK) {
            tree.symlink(path, target(file), attributes.modified());
        } else {
            Optional<String> first = attributes.links() == 1
                    ? Optional.empty()
                    : Optional.ofNullable(linked.putIfAbsent(attributes.identity(), path));
            if (first.isPresent()) {
                tree.hardLink(path, first.get());
            } else {
                content(file, new FileEntry(path, attributes.permissions(), attributes.modified(), attributes.size()));
            }
        }
    }

    private void content(Path file, FileEntry entry) throws StagingException {
        tree.announce(entry);
        boolean small = entry.size() <= Buffers.LARGEST;
        byte[] buffer = buffers.take(small ? (int) entry.size() : STREAM);
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            Bytes content = (into, from, length) -> read(file, in, ByteBuffer.wrap(into, from, length));
            if (small) {
                FileWriter.requireAll(entry, content.readFully(buffer, 0, (int) entry.size()));
                tree.write(entry, buffer, 0, (int) entry.size());
            } else {
                tree.stream(entry, content, buffer);
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        } finally {
            buffers.giveBack(buffer);
        }
    }

    private static int read(Path file, FileChannel in, ByteBuffer into) throws BadRequest {
        try {
            return in.read(into);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private String target(Path link) throws BadRequest {
        String target;
        try {
            target = Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            throw unreadable(link, e);
        }
        if (target.indexOf(NOT_UTF8) >= 0) {
            throw new BadRequest("the target of the symlink `" + link + "` is not UTF-8");
        }
        for (Prefix name : names) {
            if (name.holds(target)) {
                return to + target.substring(name.toString().length());
            }
        }
        return target;
    }

    private String path(Path file) throws BadRequest {
        String path = real.relativize(file).toString();
        if (path.indexOf(NOT_UTF8) >= 0) {
            throw new BadRequest("the name of `" + path + "` in `" + real + "` is not UTF-8");
        }
        return path;
    }

    private static BadRequest unreadable(Path file, Exception cause) {
        return new BadRequest("cannot read `" + file + "`", cause);
    }
}
