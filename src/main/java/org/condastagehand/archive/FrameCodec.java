package org.condastagehand.archive;

import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * How pieces of a tar are compressed, each by itself, so that all cores can do it and a reader can begin at any. Equal
 * pieces make equal bytes.
 *
 * @param level as the codec counts it
 */
public record FrameCodec(Format format, int level) {
    /** Archives that a packer makes. */
    public enum Format {
        /** Frames with an index, which staging reads with all cores. */
        TAR_ZST("tar.zst", 1, 19),
        /** For who has nothing newer than gzip. */
        TAR_GZ("tar.gz", 1, 9);

        private final String ending;
        private final int lowest;
        private final int highest;

        Format(String ending, int lowest, int highest) {
            this.ending = ending;
            this.lowest = lowest;
            this.highest = highest;
        }

        public int lowest() {
            return lowest;
        }

        public int highest() {
            return highest;
        }

        @Override
        public String toString() {
            return ending;
        }
    }

    /** RFC 1952: magic, deflate, no flags, no time, no extra flags, no known system. */
    private static final byte[] GZIP_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private static final int GZIP_TRAILER = 8;

    public FrameCodec {
        if (level < format.lowest() || level > format.highest()) {
            throw new IllegalArgumentException(
                    "levels of " + format + " are " + format.lowest() + " to " + format.highest() + ", not " + level);
        }
    }

    /** Bytes that a frame of so many can take at most. */
    public int bound(int length) {
        // deflateBound of zlib, which is more than zstd's
        return length + length / 8 + length / 64 + 64;
    }

    /** Makes one frame and says how long it is. */
    public int compress(byte[] tar, int length, byte[] into) {
        return switch (format) {
            case TAR_ZST -> zstd(tar, length, into);
            case TAR_GZ -> gzip(tar, length, into);
        };
    }

    private int zstd(byte[] tar, int length, byte[] into) {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setLevel(level).setChecksum(true).setContentSize(true);
            return context.compressByteArray(into, 0, into.length, tar, 0, length);
        }
    }

    private int gzip(byte[] tar, int length, byte[] into) {
        System.arraycopy(GZIP_HEADER, 0, into, 0, GZIP_HEADER.length);
        Deflater deflater = new Deflater(level, true);
        int end = GZIP_HEADER.length;
        try {
            deflater.setInput(tar, 0, length);
            deflater.finish();
            while (!deflater.finished()) {
                end += deflater.deflate(into, end, into.length - end);
            }
        } finally {
            deflater.end();
        }
        CRC32 checksum = new CRC32();
        checksum.update(tar, 0, length);
        ByteBuffer.wrap(into, end, GZIP_TRAILER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) checksum.getValue())
                .putInt(length);
        return end + GZIP_TRAILER;
    }

    /** A frame in an array of its own. */
    byte[] compress(byte[] tar) {
        byte[] frame = new byte[bound(tar.length)];
        int length = compress(tar, tar.length, frame);
        return Arrays.copyOf(frame, length);
    }
}
