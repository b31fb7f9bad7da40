package org.condastagehand.relocate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** Whole reads and writes: a channel may do less than it was asked. */
final class Channels {
    private Channels() {}

    /** Reads until the buffer is full or the channel ends, and says how many bytes came. */
    static int fill(ReadableByteChannel in, ByteBuffer buffer) throws IOException {
        int before = buffer.position();
        while (buffer.hasRemaining() && in.read(buffer) >= 0) {
            // read on
        }
        return buffer.position() - before;
    }

    static void write(WritableByteChannel out, byte[] bytes, int from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, from, length);
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
    }

    static void copy(ReadableByteChannel in, WritableByteChannel out) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        while (fill(in, buffer) > 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
            buffer.clear();
        }
    }

    static void zeros(WritableByteChannel out, long count) throws IOException {
        byte[] block = new byte[(int) Math.min(count, 1 << 16)];
        for (long left = count; left > 0; left -= block.length) {
            write(out, block, 0, (int) Math.min(left, block.length));
        }
    }
}
