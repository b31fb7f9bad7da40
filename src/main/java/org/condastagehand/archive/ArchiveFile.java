package org.condastagehand.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.condastagehand.host.BadRequest;

/**
 * The file of an archive, opened once for all who look into it: each open is a question to the server of a shared file
 * system, and a thousand nodes ask at once.
 */
public final class ArchiveFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;

    private ArchiveFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Opens a regular file; a symlink to one is followed. */
    public static ArchiveFile open(Path path) throws BadRequest {
        try {
            // looked at before it is opened: to open a fifo is to wait for its writer
            if (!Files.readAttributes(path, BasicFileAttributes.class).isRegularFile()) {
                throw new BadRequest("`" + path + "` is not a regular file");
            }
            return new ArchiveFile(path, FileChannel.open(path, StandardOpenOption.READ));
        } catch (NoSuchFileException e) {
            throw new BadRequest("`" + path + "` does not exist");
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + path + "`", e);
        }
    }

    public Path path() {
        return path;
    }

    /** To be read at positions that the caller keeps. */
    FileChannel channel() {
        return channel;
    }

    /** All of it from its beginning. Who closes the stream leaves the file open. */
    InputStream stream() {
        return new Content();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            return; // nothing was written that could be lost
        }
    }

    private final class Content extends InputStream {
        private long at;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int count = channel.read(ByteBuffer.wrap(into, from, length), at);
            at += Math.max(0, count);
            return count;
        }
    }
}
