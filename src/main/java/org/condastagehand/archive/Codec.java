package org.condastagehand.archive;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** What a tar is compressed with, told by its first bytes: a name's ending may be wrong. */
enum Codec {
    NONE("tar") {
        @Override
        InputStream decompress(InputStream in, ReadLimits limits) {
            return in;
        }
    },
    GZIP("tar, gzip") {
        @Override
        InputStream decompress(InputStream in, ReadLimits limits) throws IOException {
            return new GZIPInputStream(in, RAW_BLOCK);
        }
    },
    BZIP2("tar, bzip2") {
        @Override
        InputStream decompress(InputStream in, ReadLimits limits) throws IOException {
            return new BZip2CompressorInputStream(in, true);
        }
    },
    XZ("tar, xz") {
        @Override
        InputStream decompress(InputStream in, ReadLimits limits) throws IOException {
            return new XZInputStream(in, (int) Math.min(Integer.MAX_VALUE, limits.room(this) / 1024));
        }
    },
    ZSTD("tar, zstd") {
        @Override
        InputStream decompress(InputStream in, ReadLimits limits) throws IOException {
            ZstdInputStreamNoFinalizer content = new ZstdInputStreamNoFinalizer(in);
            content.setLongMax(Math.min(MOST_WINDOW_LOG, Long.numberOfTrailingZeros(limits.room(this))));
            return content;
        }
    };

    /** Bytes of the beginning that are enough to tell a codec. */
    static final int MAGIC = 6;

    /** What is read of a file at once; a buffered stream of this size passes such a read on. */
    static final int RAW_BLOCK = 1 << 17;

    private static final int MOST_WINDOW_LOG = 31;

    private final String description;

    Codec(String description) {
        this.description = description;
    }

    /** The content; streams that were written one after the other are read as one. */
    abstract InputStream decompress(InputStream in, ReadLimits limits) throws IOException;

    static Codec of(BufferedInputStream in) throws IOException {
        in.mark(MAGIC);
        byte[] magic = in.readNBytes(MAGIC);
        in.reset();
        if (starts(magic, 0x1f, 0x8b)) {
            return GZIP;
        }
        if (bzip2(magic)) {
            return BZIP2;
        }
        if (starts(magic, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            return XZ;
        }
        boolean skippable =
                magic.length > 3 && (magic[0] & 0xf0) == 0x50 && starts(magic, magic[0] & 0xff, 0x2a, 0x4d, 0x18);
        return skippable || starts(magic, 0x28, 0xb5, 0x2f, 0xfd) ? ZSTD : NONE;
    }

    /** More than `BZh`, which could begin the name of a plain tar's first member: a level, then a block's or the end's mark. */
    private static boolean bzip2(byte[] magic) {
        boolean levelled = starts(magic, 'B', 'Z', 'h') && magic.length == MAGIC && magic[3] >= '1' && magic[3] <= '9';
        return levelled && ((magic[4] == 0x31 && magic[5] == 0x41) || (magic[4] == 0x17 && magic[5] == 0x72));
    }

    private static boolean starts(byte[] magic, int... wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (magic.length <= i || (magic[i] & 0xff) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return description;
    }
}
