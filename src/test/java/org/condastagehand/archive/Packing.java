package org.condastagehand.archive;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Compresses by the real codecs. */
enum Packing {
    NONE,
    GZIP,
    BZIP2,
    XZ,
    ZSTD;

    byte[] pack(byte[]... streams) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        for (byte[] stream : streams) {
            try (OutputStream out = open(packed)) {
                out.write(stream);
            }
        }
        return packed.toByteArray();
    }

    private OutputStream open(OutputStream out) throws IOException {
        return switch (this) {
            case NONE -> out;
            case GZIP -> new GZIPOutputStream(out);
            case BZIP2 -> new BZip2CompressorOutputStream(out, 1);
            case XZ -> new XZOutputStream(out, new LZMA2Options(0));
            case ZSTD -> new ZstdOutputStream(out, 1).setChecksum(true);
        };
    }
}
