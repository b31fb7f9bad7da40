package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.StagingException;

/**
 * Fills a private directory with a tree from several threads at once. No path may stand in it twice, so it does not matter
 * which thread comes first; hard links are made when all files are on disk.
 */
final class ParallelTree implements AutoCloseable {
    private final boolean writable;
    private final Space space;
    private final FileWriter out;
    private final Writers threads;
    private final SeenPaths seen = new SeenPaths();
    private final DirectoryTable directories;
    private final HardLinks hardLinks;
    private long files;

    /**
     * Begins a tree.
     *
     * @param root an empty directory that nobody else can enter
     */
    ParallelTree(Path root, boolean writable, Space space, ContentStep step, int threads) {
        this.writable = writable;
        this.space = space;
        this.out = new FileWriter(root, writable, step);
        this.threads = new Writers(threads);
        this.directories = new DirectoryTable(root);
        this.hardLinks = new HardLinks(root, directories);
    }

    /** Work for one of the threads, which may submit more. */
    void submit(Writers.Job work) {
        threads.submit(work, () -> {});
    }

    /** Whether a thread failed, so that the others need not go on. */
    boolean failed() {
        return threads.failed();
    }

    synchronized long files() {
        return files;
    }

    synchronized void directory(String path, int mode, FileTime modified) throws StagingException {
        space.name();
        writing(path, () -> {
            if (seen.holds(path)) {
                throw twice(path);
            }
            directories.make(path, mode, Optional.of(modified));
        });
    }

    synchronized void symlink(String path, String target, FileTime modified) throws StagingException {
        space.name();
        writing(path, () -> {
            claim(path);
            out.symlink(path, target, modified);
        });
    }

    /** Links to a file that is in the tree when all is. */
    synchronized void hardLink(String path, String target) throws StagingException {
        space.name();
        writing(path, () -> {
            claim(path);
            hardLinks.add(path, target);
        });
    }

    /** Takes the room and the name of a file that the same thread is about to write. */
    synchronized void announce(FileEntry entry) throws StagingException {
        space.name();
        space.use(entry.size());
        files++;
        writing(entry.path(), () -> claim(entry.path()));
    }

    /** Writes an announced file whose content is whole in memory, between two indexes of an array. */
    void write(FileEntry entry, byte[] bytes, int from, int to) throws StagingException {
        writing(entry.path(), () -> out.write(entry, bytes, from, to));
    }

    /** Writes an announced file of any size, piece by piece through a buffer. */
    void stream(FileEntry entry, Bytes content, byte[] buffer) throws StagingException {
        writing(entry.path(), () -> out.stream(entry, content, buffer));
    }

    private void claim(String path) throws IOException, StagingException {
        directories.makeParents(path);
        if (!seen.add(path) || directories.holds(path)) {
            throw twice(path);
        }
    }

    private static BadRequest twice(String path) {
        return new BadRequest("`" + path + "` stands twice in it");
    }

    /** Waits until all that was submitted is done and makes the hard links. */
    void finish() throws StagingException {
        writing("", () -> {
            threads.drain();
            synchronized (this) {
                hardLinks.make(threads);
            }
        });
    }

    /** The threads, for work on what is on disk. */
    Writers threads() {
        return threads;
    }

    /** Gives the directories their modes and times; after this nothing can be added. */
    synchronized void seal() throws StagingException {
        writing("", () -> directories.seal(writable, threads));
    }

    /** A step that writes. */
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
        threads.close();
    }
}
