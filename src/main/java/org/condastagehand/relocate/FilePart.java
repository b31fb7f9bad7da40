package org.condastagehand.relocate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;

/** The bytes of a file between two offsets, as a channel; the file belongs to the caller. */
final class FilePart implements ReadableByteChannel {
    private final SeekableByteChannel file;
    private final long end;
    private long at;

    FilePart(SeekableByteChannel file, long start, long end) {
        this.file = file;
        this.at = start;
        this.end = end;
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        if (at >= end) {
            return -1;
        }
        ByteBuffer part = buffer.slice(buffer.position(), (int) Math.min(buffer.remaining(), end - at));
        int read = file.position(at).read(part);
        if (read > 0) {
            at += read;
            buffer.position(buffer.position() + read);
        }
        return read;
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() {
        // the file is the caller's
    }
}
