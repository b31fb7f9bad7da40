package org.condastagehand.archive;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.tukaani.xz.BasicArrayCache;
import org.tukaani.xz.SeekableFileInputStream;
import org.tukaani.xz.SeekableXZInputStream;

/** Reads an xz file by its blocks, which its index at the end tells: {@code xz -T} and conda-pack -j write many. */
final class XzBlocks implements Parts.Decoder {
    private final SeekableXZInputStream blocks;

    private XzBlocks(SeekableXZInputStream blocks) {
        this.blocks = blocks;
    }

    /** Several threads at it, or absent where there is one block, or they take more than there is room for. */
    static Optional<Parts> of(Path file, long decoder, ReadLimits limits) throws IOException {
        if (limits.threads() < 2) {
            return Optional.empty();
        }
        int count;
        long most;
        try (XzBlocks index = open(file, limits)) {
            count = index.blocks.getBlockCount();
            most = index.blocks.getLargestBlockSize();
        }
        int threads = Math.min(limits.threads(), count);
        while (threads > 1 && decoder * threads + Parts.memory(most, threads) > limits.room(Codec.XZ)) {
            threads--;
        }
        return threads < 2 || most > Integer.MAX_VALUE / 2
                ? Optional.empty()
                : Optional.of(new Parts(count, (int) most, threads, () -> open(file, limits)));
    }

    private static XzBlocks open(Path file, ReadLimits limits) throws IOException {
        SeekableFileInputStream raw = new SeekableFileInputStream(file.toFile());
        try {
            int kib = (int) Math.min(Integer.MAX_VALUE, limits.room(Codec.XZ) / 1024);
            return new XzBlocks(new SeekableXZInputStream(raw, kib, new BasicArrayCache()));
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    @Override
    public int decode(int part, byte[] into) throws IOException {
        int length = (int) blocks.getBlockSize(part);
        blocks.seekToBlock(part);
        new DataInputStream(blocks).readFully(into, 0, length);
        return length;
    }

    @Override
    public void close() throws IOException {
        blocks.close();
    }
}
