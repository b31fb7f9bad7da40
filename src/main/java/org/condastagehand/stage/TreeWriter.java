package org.condastagehand.stage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;

/**
 * Fills a private directory with a tree, in one pass: the caller's thread makes directories and links and reads contents,
 * several writers put the contents on disk.
 *
 * <p>Later members of a name replace earlier files and links, never directories. Hard links are made when all files are
 * on disk, or when something is about to replace a file that one of them may mean.
 */
final class TreeWriter implements AutoCloseable {
    private record HardLink(String path, String target) {}

    /** PATH_MAX with its NUL. */
    private static final int MOST_TARGET_BYTES = 4095;

    private final Path root;
    private final boolean writable;
    private final Space space;
    private final ContentStep step;
    private final Writers writers;
    private final Buffers buffers = new Buffers();
    private final LongSet seen = new LongSet();
    private final DirectoryTable directories;
    private final List<HardLink> hardLinks = new ArrayList<>();
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
        this.step = step;
        this.writers = new Writers(writers);
        this.directories = new DirectoryTable(root);
    }

    long files() {
        return files;
    }

    void directory(String path, int mode, FileTime modified) throws StagingException {
        writing(path, () -> {
            if (!directories.holds(path)) {
                claim(path);
            }
            directories.make(path, mode, Optional.of(modified));
        });
    }

    void symlink(String path, String target, FileTime modified) throws StagingException {
        if (target.getBytes(StandardCharsets.UTF_8).length > MOST_TARGET_BYTES) {
            throw new BadRequest("the target of the symlink `" + path + "` is longer than a file system takes");
        }
        writing(path, () -> {
            claim(path);
            Path link = root.resolve(path);
            Files.createSymbolicLink(link, Path.of(target));
            setTime(link, modified);
        });
    }

    /** Links to a file that came before. */
    void hardLink(String path, String target) throws StagingException {
        if (!seen.holds(target)) {
            throw noFileBefore(path, target);
        }
        writing(path, () -> {
            claim(path);
            hardLinks.add(new HardLink(path, target));
        });
    }

    /** Takes a whole content from the source; a large one is on disk when this returns, a small one some time later. */
    void file(FileEntry entry, Bytes content) throws StagingException {
        space.use(entry.size());
        files++;
        writing(entry.path(), () -> {
            claim(entry.path());
            if (entry.size() <= Buffers.LARGEST) {
                small(entry, content);
            } else {
                large(entry, content);
            }
        });
    }

    private void small(FileEntry entry, Bytes content) throws IOException, StagingException {
        int size = (int) entry.size();
        byte[] buffer = take(size);
        boolean handedOver = false;
        try {
            requireAll(entry, content.readFully(buffer, size));
            writers.check();
            writers.submit(() -> write(entry, buffer, size), () -> buffers.giveBack(buffer));
            handedOver = true;
        } finally {
            if (!handedOver) {
                buffers.giveBack(buffer);
            }
        }
    }

    private void write(FileEntry entry, byte[] buffer, int size) throws IOException, StagingException {
        byte[] changed = step.inMemory(entry, buffer, size).orElse(null);
        ByteBuffer bytes = changed == null ? ByteBuffer.wrap(buffer, 0, size) : ByteBuffer.wrap(changed);
        Path file = root.resolve(entry.path());
        try (FileChannel out = create(file)) {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw failed(entry.path(), e);
        }
        complete(entry, file);
    }

    private void large(FileEntry entry, Bytes content) throws IOException, StagingException {
        Path file = root.resolve(entry.path());
        byte[] buffer = take(1 << 20);
        try (FileChannel out = create(file)) {
            long left = entry.size();
            while (left > 0) {
                int wanted = (int) Math.min(left, buffer.length);
                requireAll(entry, content.readFully(buffer, wanted) + entry.size() - wanted);
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, wanted);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                left -= wanted;
            }
        } finally {
            buffers.giveBack(buffer);
        }
        step.onDisk(entry, file);
        complete(entry, file);
    }

    private static void requireAll(FileEntry entry, long length) throws BadRequest {
        if (length != entry.size()) {
            throw new BadRequest("the content of `" + entry.path() + "` ends before its size");
        }
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** The time before the mode: a file without `w` keeps the time that it has. */
    private void complete(FileEntry entry, Path file) throws IOException {
        Files.setLastModifiedTime(file, entry.modified());
        Files.setAttribute(file, "unix:mode", Modes.of(entry.mode(), writable));
    }

    private byte[] take(int size) throws NodeFault {
        try {
            return buffers.take(size);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeFault("interrupted");
        }
    }

    /** Makes sure that the path's parent is a directory of ours and that nothing stands at the path itself. */
    private void claim(String path) throws IOException, StagingException {
        settleAbove(path);
        directories.makeParents(path);
        boolean replaces = directories.holds(path);
        if (!seen.add(path) && !replaces) {
            return;
        }
        if (replaces) {
            throw new BadRequest("`" + path + "` is a directory and also a file or a link");
        }
        writers.drain();
        makeHardLinks();
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
                writers.drain();
                makeHardLinks();
            }
        }
    }

    private void makeHardLinks() throws IOException, StagingException {
        for (HardLink link : hardLinks) {
            Path target = root.resolve(link.target());
            if (!isEarlierFile(link.target(), target)) {
                throw noFileBefore(link.path(), link.target());
            }
            Files.createLink(root.resolve(link.path()), target);
        }
        hardLinks.clear();
    }

    private static BadRequest noFileBefore(String path, String target) {
        return new BadRequest("`" + path + "` is a hard link to `" + target + "`, which is no file before it");
    }

    private boolean isEarlierFile(String path, Path target) throws IOException {
        int slash = path.lastIndexOf('/');
        if (!directories.holds(slash < 0 ? "" : path.substring(0, slash))) {
            return false;
        }
        try {
            return Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isRegularFile();
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static void setTime(Path link, FileTime modified) throws IOException {
        Files.getFileAttributeView(link, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(modified, null, null);
    }

    /** Waits until every file and link is on disk. */
    void finish() throws StagingException {
        writing("", () -> {
            writers.drain();
            makeHardLinks();
        });
    }

    /** Gives the directories their modes and times; after this nothing can be added. */
    void seal() throws StagingException {
        writing("", () -> directories.seal(writable));
    }

    /** A step that writes; what the disk says against it is this node's fault. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException, StagingException;
    }

    private void writing(String path, Step work) throws StagingException {
        try {
            work.run();
        } catch (FileAlreadyExistsException e) {
            throw new BadRequest("`" + path + "` stands twice in it, with a directory among them", e);
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    private NodeFault failed(String path, IOException cause) {
        String file = cause instanceof FileSystemException failure && failure.getFile() != null
                ? failure.getFile()
                : root.resolve(path).toString();
        return new NodeFault("cannot write `" + file + "`", cause);
    }

    @Override
    public void close() {
        writers.close();
    }
}
