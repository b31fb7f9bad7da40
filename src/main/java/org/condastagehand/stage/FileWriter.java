package org.condastagehand.stage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;

/** Makes files and symlinks below a private directory, with as few calls to the kernel as name, content, time and mode take. */
final class FileWriter {
    /** PATH_MAX with its NUL. */
    private static final int MOST_TARGET_BYTES = 4095;

    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final Path root;
    private final boolean writable;
    private final ContentStep step;
    private final int umask = Modes.umask();
    /** Not the time of the source: a node's tidying-up of /tmp goes by when a file was last used. */
    private final FileTime used = FileTime.from(Instant.now());

    private final Map<Integer, FileAttribute<?>> creations = new ConcurrentHashMap<>();

    FileWriter(Path root, boolean writable, ContentStep step) {
        this.root = root;
        this.writable = writable;
        this.step = step;
    }

    /** A content that is whole in memory, between two indexes of an array. */
    void write(FileEntry entry, byte[] bytes, int from, int to) throws IOException, StagingException {
        Optional<byte[]> changed = step.inMemory(entry, bytes, from, to);
        Path file = root.resolve(entry.path());
        try (FileChannel out = create(file, entry)) {
            writeAll(out, changed.map(ByteBuffer::wrap).orElseGet(() -> ByteBuffer.wrap(bytes, from, to - from)));
        }
        complete(entry, file);
    }

    /** A content of any size, piece by piece through a buffer. */
    void stream(FileEntry entry, Bytes content, byte[] buffer) throws IOException, StagingException {
        Path file = root.resolve(entry.path());
        try (FileChannel out = create(file, entry)) {
            long left = entry.size();
            while (left > 0) {
                int wanted = (int) Math.min(left, buffer.length);
                requireAll(entry, content.readFully(buffer, 0, wanted) + entry.size() - wanted);
                writeAll(out, ByteBuffer.wrap(buffer, 0, wanted));
                left -= wanted;
            }
        }
        complete(entry, file);
        step.onDisk(entry, file);
    }

    /** What the disk says against a path is this node's fault, but for a name that is taken: that is the source's. */
    StagingException failed(String path, IOException cause) {
        if (cause instanceof FileAlreadyExistsException) {
            return new BadRequest("`" + path + "` stands twice in it, with a directory among them", cause);
        }
        String file = cause instanceof FileSystemException failure && failure.getFile() != null
                ? failure.getFile()
                : root.resolve(path).toString();
        return new NodeFault("cannot write `" + file + "`", cause);
    }

    static void requireAll(FileEntry entry, long length) throws BadRequest {
        if (length != entry.size()) {
            throw new BadRequest("the content of `" + entry.path() + "` ends before its size");
        }
    }

    void symlink(String path, String target, FileTime modified) throws IOException, StagingException {
        if (target.getBytes(StandardCharsets.UTF_8).length > MOST_TARGET_BYTES) {
            throw new BadRequest("the target of the symlink `" + path + "` is longer than a file system takes");
        }
        Path link = root.resolve(path);
        Files.createSymbolicLink(link, Path.of(target));
        Files.getFileAttributeView(link, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(modified, null, null);
    }

    private FileChannel create(Path file, FileEntry entry) throws IOException {
        return FileChannel.open(
                file, NEW, creations.computeIfAbsent(Modes.of(entry.mode(), writable), Modes::atCreation));
    }

    private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    /** Both times are given, or Java would look up the other one. */
    private void complete(FileEntry entry, Path file) throws IOException {
        Files.getFileAttributeView(file, BasicFileAttributeView.class).setTimes(entry.modified(), used, null);
        int mode = Modes.of(entry.mode(), writable);
        if (Modes.isToBeSet(mode, umask)) {
            Files.setAttribute(file, "unix:mode", mode);
        }
    }
}
