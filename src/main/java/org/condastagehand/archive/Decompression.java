package org.condastagehand.archive;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Opens the decompressor in the thread that runs it: some read, and may fail on, their header when they are made. */
final class Decompression extends InputStream {
    private final Codec codec;
    private final InputStream raw;
    private @Nullable InputStream opened;

    Decompression(Codec codec, InputStream raw) {
        this.codec = codec;
        this.raw = raw;
    }

    private InputStream opened() throws IOException {
        InputStream stream = opened == null ? codec.decompress(raw) : opened;
        opened = stream;
        return stream;
    }

    @Override
    public int read() throws IOException {
        return opened().read();
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        return opened().read(into, from, length);
    }

    @Override
    public void close() throws IOException {
        InputStream stream = opened == null ? raw : opened;
        stream.close(); // libzstd's memory lies outside the heap
    }
}
