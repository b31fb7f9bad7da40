package org.condastagehand.stage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.condastagehand.host.StagingException;
import org.condastagehand.relocate.Relocation;
import org.condastagehand.relocate.TextCheck;

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

    /** The first bytes of a file. */
    static byte[] read(Path file, int most) throws IOException {
        return reading(file, in -> in.readNBytes(most));
    }

    static boolean isText(Path file) throws IOException {
        return reading(file, in -> TextCheck.isText(Channels.newChannel(in)));
    }

    static void rewrite(Path file, Change change) throws IOException {
        Optional<byte[]> changed = change.of(read(file, Integer.MAX_VALUE));
        if (changed.isPresent()) {
            write(file, changed.get());
        }
    }

    static void write(Path file, byte[] content) throws IOException {
        keepingModeAndTime(file, channel -> {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.truncate(content.length);
        });
    }

    /** Applies a relocation to a file of any size, if there is room for what becomes of it. */
    static Relocation.Outcome relocate(Path file, Relocation relocation, Space space)
            throws IOException, StagingException {
        if (inMemory(file)) {
            byte[] content = read(file, Integer.MAX_VALUE);
            space.grow(file.getFileName(), content.length, relocation.growth(content));
            Relocation.InMemory result = relocation.apply(content);
            if (result.outcome() == Relocation.Outcome.CHANGED) {
                write(file, result.content());
            }
            return result.outcome();
        }
        long[] growth = {0};
        keepingModeAndTime(file, channel -> growth[0] = relocation.growth(channel));
        space.grow(file.getFileName(), Files.size(file), growth[0]);
        Relocation.Outcome[] outcome = {Relocation.Outcome.UNCHANGED};
        keepingModeAndTime(file, channel -> outcome[0] = relocation.apply(channel, () -> scratch(file)));
        return outcome[0];
    }

    /** Unlinked as soon as it is open. */
    private static SeekableByteChannel scratch(Path file) throws IOException {
        return FileChannel.open(
                file.resolveSibling(".conda-stagehand-" + UUID.randomUUID()),
                Set.of(
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** Work on a content. */
    @FunctionalInterface
    private interface Look<T> {
        T at(InputStream in) throws IOException;
    }

    private static <T> T reading(Path file, Look<T> look) throws IOException {
        try (InputStream in = open(file)) {
            return look.at(in);
        }
    }

    /** A mode without `r` stops the owner too, but it is the owner's to change. */
    private static InputStream open(Path file) throws IOException {
        try {
            return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
        } catch (AccessDeniedException e) {
            int mode = mode(Files.readAttributes(file, "unix:mode", LinkOption.NOFOLLOW_LINKS));
            Files.setAttribute(file, "unix:mode", mode | 0400);
            try {
                return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
            } finally {
                Files.setAttribute(file, "unix:mode", mode);
            }
        }
    }

    private static int mode(Map<String, Object> attributes) {
        return (Integer) attributes.getOrDefault("mode", 0600) & 0777;
    }

    /** Work on an open file. */
    @FunctionalInterface
    private interface Edit {
        void on(FileChannel channel) throws IOException;
    }

    private static void keepingModeAndTime(Path file, Edit edit) throws IOException {
        Map<String, Object> before =
                Files.readAttributes(file, "unix:mode,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        int mode = mode(before);
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
