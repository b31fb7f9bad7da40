package org.condastagehand.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Stops a header that never ends: Commons Compress holds a whole pax header or long name in memory. */
final class MeteredInput extends FilterInputStream {
    private long left = Long.MAX_VALUE;

    MeteredInput(InputStream in) {
        super(in);
    }

    void limit(long bytes) {
        left = bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        int count = super.read(into, from, length);
        left -= Math.max(0, count);
        if (left < 0) {
            throw new IOException("a header, or what follows the end, is larger than any that conda-pack writes");
        }
        return count;
    }

    @Override
    public void close() {
        try {
            super.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // ReadAhead.close does not throw
        }
    }
}
