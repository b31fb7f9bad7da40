package org.condastagehand.stage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.condastagehand.relocate.Relocation;

/** Changes a file's content in place: its inode, hence its hard links, its mode and its time stay. */
final class FileEdit {
    private FileEdit() {}

    /** What to write instead of a content, if anything. */
    @FunctionalInterface
    interface Change {
        Optional<byte[]> of(byte[] content);
    }

    /** Whether the file is small enough to be held in memory. */
    static boolean inMemory(Path file) throws IOException {
        return Files.size(file) <= Buffers.LARGEST;
    }

    static void rewrite(Path file, Change change) throws IOException {
        Optional<byte[]> changed = change.of(Files.readAllBytes(file));
        if (changed.isPresent()) {
            keepingModeAndTime(file, channel -> {
                ByteBuffer bytes = ByteBuffer.wrap(changed.get());
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.truncate(changed.get().length);
            });
        }
    }

    /** Applies a relocation to a file of any size. */
    static Relocation.Outcome relocate(Path file, Relocation relocation) throws IOException {
        Relocation.Outcome[] outcome = {Relocation.Outcome.UNCHANGED};
        if (inMemory(file)) {
            rewrite(file, content -> {
                Relocation.InMemory result = relocation.apply(content);
                outcome[0] = result.outcome();
                return result.outcome() == Relocation.Outcome.CHANGED
                        ? Optional.of(result.content())
                        : Optional.empty();
            });
        } else {
            keepingModeAndTime(file, channel -> outcome[0] = relocation.apply(channel, () -> scratch(file)));
        }
        return outcome[0];
    }

    private static SeekableByteChannel scratch(Path file) throws IOException {
        Path scratch = file.resolveSibling(
                ".conda-stagehand-scratch-" + Thread.currentThread().getId());
        return FileChannel.open(
                scratch,
                Set.of(
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** Work on an open file. */
    @FunctionalInterface
    private interface Edit {
        void on(FileChannel channel) throws IOException;
    }

    private static void keepingModeAndTime(Path file, Edit edit) throws IOException {
        Map<String, Object> before =
                Files.readAttributes(file, "unix:mode,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        int mode = (Integer) before.getOrDefault("mode", 0600) & 0777;
        boolean locked = (mode & 0600) != 0600;
        if (locked) {
            Files.setAttribute(file, "unix:mode", mode | 0600);
        }
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            edit.on(channel);
        }
        Files.setLastModifiedTime(file, (FileTime) before.getOrDefault("lastModifiedTime", FileTime.fromMillis(0)));
        if (locked) {
            Files.setAttribute(file, "unix:mode", mode);
        }
    }
}
