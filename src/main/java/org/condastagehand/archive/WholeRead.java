package org.condastagehand.archive;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reads of all that was asked for, at an offset: a channel may give less. */
final class WholeRead {
    private WholeRead() {}

    /** Fills what remains of a buffer from an offset of the file, which has that much or has changed. */
    static void at(FileChannel file, long offset, ByteBuffer into) throws IOException {
        long begin = offset - into.position();
        while (into.hasRemaining()) {
            if (file.read(into, begin + into.position()) < 0) {
                throw new EOFException("it became shorter while it was read");
            }
        }
    }
}
