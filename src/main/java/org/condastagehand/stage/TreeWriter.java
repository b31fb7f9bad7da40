package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.StagingException;

/**
 * Fills a private directory with a tree, in one pass: the caller's thread makes directories and links and reads contents,
 * several writers put the contents on disk.
 *
 * <p>Later members of a name replace earlier files and links, never directories. Hard links are made when all files are
 * on disk, or when something is about to replace a file that one of them may mean.
 */
final class TreeWriter implements AutoCloseable {
    private final Path root;
    private final boolean writable;
    private final Space space;
    private final FileWriter out;
    private final Writers writers;
    private final Buffers buffers = new Buffers();
    private final SeenPaths seen = new SeenPaths();
    private final DirectoryTable directories;
    private final HardLinks hardLinks;
    private Optional<Batch> batch = Optional.empty();
    private long files;

    /**
     * Begins a tree.
     *
     * @param root an empty directory that nobody else can enter
     */
    TreeWriter(Path root, boolean writable, Space space, ContentStep step, int writers) {
        this.root = root;
        this.writable = writable;
        this.space = space;
        this.out = new FileWriter(root, writable, step);
        this.writers = new Writers(writers);
        this.directories = new DirectoryTable(root);
        this.hardLinks = new HardLinks(root, directories);
    }

    long files() {
        return files;
    }

    void directory(String path, int mode, FileTime modified) throws StagingException {
        space.name();
        writing(path, () -> {
            if (!directories.holds(path)) {
                claim(path);
            }
            directories.make(path, mode, Optional.of(modified));
        });
    }

    void symlink(String path, String target, FileTime modified) throws StagingException {
        space.name();
        writing(path, () -> {
            claim(path);
            out.symlink(path, target, modified);
        });
    }

    /** Links to a file that came before. */
    void hardLink(String path, String target) throws StagingException {
        space.name();
        if (!seen.holds(target)) {
            throw HardLinks.noFileBefore(path, target);
        }
        writing(path, () -> {
            claim(path);
            hardLinks.add(path, target);
        });
    }

    /** Takes a whole content from the source; a large one is on disk when this returns, a small one some time later. */
    void file(FileEntry entry, Bytes content) throws StagingException {
        space.name();
        space.use(entry.size());
        files++;
        writing(entry.path(), () -> {
            claim(entry.path());
            if (entry.size() > Buffers.LARGEST) {
                large(entry, content);
            } else {
                batchFor(entry.size()).add(entry, content);
            }
        });
    }

    private Batch batchFor(long size) throws IOException, StagingException {
        if (batch.isPresent() && !batch.get().hasRoomFor(size)) {
            handOver();
        }
        Batch open = batch.isPresent() ? batch.get() : new Batch(buffers.take((int) Math.max(size, Batch.SIZE)));
        batch = Optional.of(open);
        return open;
    }

    private void handOver() throws IOException, StagingException {
        writers.check();
        if (batch.isPresent()) {
            Batch full = batch.get();
            batch = Optional.empty();
            writers.submit(() -> full.writeTo(this::write), () -> buffers.giveBack(full.bytes()));
        }
    }

    private void write(FileEntry entry, byte[] bytes, int from, int to) throws IOException, StagingException {
        try {
            out.write(entry, bytes, from, to);
        } catch (IOException e) {
            throw out.failed(entry.path(), e);
        }
    }

    private void large(FileEntry entry, Bytes content) throws IOException, StagingException {
        writers.check();
        byte[] buffer = buffers.take(1 << 20);
        try {
            out.stream(entry, content, buffer);
        } finally {
            buffers.giveBack(buffer);
        }
    }

    /** Makes sure that the path's parent is a directory of ours and that nothing stands at the path itself. */
    private void claim(String path) throws IOException, StagingException {
        settleAbove(path);
        directories.makeParents(path);
        boolean replaces = directories.holds(path);
        if (seen.add(path) && !replaces) {
            return;
        }
        if (replaces) {
            throw new BadRequest("`" + path + "` is a directory and also a file or a link");
        }
        settle();
        Files.deleteIfExists(root.resolve(path));
    }

    /** A file or a link that a directory is to be made in place of has to be on disk, so that it is noticed. */
    private void settleAbove(String path) throws IOException, StagingException {
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            String above = path.substring(0, slash);
            if (directories.holds(above)) {
                return;
            }
            if (seen.holds(above)) {
                settle();
            }
        }
    }

    /** Waits until all that was given so far is on disk. */
    private void settle() throws IOException, StagingException {
        handOver();
        writers.drain();
        hardLinks.make(writers);
    }

    /** Waits until every file and link is on disk. */
    void finish() throws StagingException {
        writing("", this::settle);
    }

    /** The threads, for work on what is on disk. */
    Writers writers() {
        return writers;
    }

    /** Gives the directories their modes and times; after this nothing can be added. */
    void seal() throws StagingException {
        writing("", () -> directories.seal(writable, writers));
    }

    /** A step that writes; what the disk says against it is this node's fault. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException, StagingException;
    }

    private void writing(String path, Step work) throws StagingException {
        try {
            work.run();
        } catch (IOException e) {
            throw out.failed(path, e);
        }
    }

    @Override
    public void close() {
        writers.close();
    }
}
