package org.condastagehand.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.io.input.BoundedInputStream;

/**
 * Reads a bzip2 file by its streams, as conda-pack -j writes many. Nothing tells where they begin but their first ten
 * bytes; what only looks like a beginning cuts a stream in two, and neither half can be read.
 */
final class Bzip2Streams implements Parts.Decoder {
    /** A stream's head with its level left out, and the mark of its first block. */
    private static final byte[] HEAD = {'B', 'Z', 'h', 0, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59};

    private static final int BLOCK = 1 << 20;

    /** Far more than the 300 kB to 900 kB that parallel packers put into a stream. */
    private static final int MOST_BYTES = 8 << 20;

    /** Commons Compress's arrays for blocks of 900 kB. */
    private static final long DECODER = 5 << 20;

    private final FileChannel file;
    private final List<Long> edges;

    private Bzip2Streams(FileChannel file, List<Long> edges) {
        this.file = file;
        this.edges = edges;
    }

    /** Several threads at it, or absent where there are too few streams. */
    static Optional<Parts> of(Path path, ReadLimits limits) throws IOException {
        int threads = limits.threads();
        while (threads > 1 && DECODER * threads + Parts.memory(MOST_BYTES, threads) > limits.room(Codec.BZIP2)) {
            threads--;
        }
        if (threads < 2) {
            return Optional.empty();
        }
        List<Long> edges = new ArrayList<>();
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            edges.addAll(beginnings(file));
            edges.add(file.size());
        }
        int count = edges.size() - 1;
        return count < 2
                ? Optional.empty()
                : Optional.of(new Parts(
                        count,
                        MOST_BYTES,
                        threads,
                        () -> new Bzip2Streams(FileChannel.open(path, StandardOpenOption.READ), edges)));
    }

    static List<Long> beginnings(FileChannel file) throws IOException {
        List<Long> found = new ArrayList<>();
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        long base = 0;
        while (file.read(block) >= 0) {
            byte[] bytes = block.array();
            int last = block.position() - HEAD.length;
            for (int i = 0; i <= last; i++) {
                if (bytes[i] == HEAD[0] && begins(bytes, i)) {
                    found.add(base + i);
                }
            }
            int done = Math.max(0, last + 1);
            base += done;
            block.flip().position(done);
            block.compact();
        }
        return found;
    }

    private static boolean begins(byte[] bytes, int at) {
        for (int i = 1; i < HEAD.length; i++) {
            if (bytes[at + i] != HEAD[i] && i != 3) {
                return false;
            }
        }
        return bytes[at + 3] >= '1' && bytes[at + 3] <= '9';
    }

    @Override
    public int decode(int part, byte[] into) throws IOException {
        file.position(edges.get(part));
        InputStream raw = BoundedInputStream.builder()
                .setInputStream(Channels.newInputStream(file))
                .setMaxCount(edges.get(part + 1) - edges.get(part))
                .setPropagateClose(false)
                .get();
        try (InputStream content = new BZip2CompressorInputStream(new BufferedInputStream(raw, 1 << 16), true)) {
            int length = content.readNBytes(into, 0, into.length);
            if (length == into.length && content.read() >= 0) {
                throw new IOException("a stream of more than " + MOST_BYTES + " bytes");
            }
            return length;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
