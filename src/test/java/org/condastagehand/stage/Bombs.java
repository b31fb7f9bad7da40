package org.condastagehand.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Small archives of much. */
final class Bombs {
    private static final int PIECE = 8 << 20;

    private Bombs() {}

    /** One file of zeros, packed by the codec that the name ends in: one compressed piece, again and again. */
    static Path ofZeros(Path file, long size) throws Exception {
        byte[] zeros = packed(file, new byte[PIECE]);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            out.write(packed(file, header("conda-meta/history", 0)));
            out.write(packed(file, header("lib/zeros", size)));
            for (long written = 0; written < size; written += PIECE) {
                out.write(zeros);
            }
            out.write(packed(file, new byte[1024]));
        }
        return file;
    }

    /** One directory again and again. */
    static Path ofNames(Path file, int count) throws Exception {
        byte[] thousand = header("d/", 0);
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < 1000; i++) {
            block.writeBytes(thousand);
        }
        byte[] packed = packed(file, block.toByteArray());
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            out.write(packed(file, header("conda-meta/history", 0)));
            for (int written = 0; written < count; written += 1000) {
                out.write(packed);
            }
            out.write(packed(file, new byte[1024]));
        }
        return file;
    }

    static byte[] header(String path, long size) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, 512, UTF_8.name());
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        TarArchiveEntry entry = new TarArchiveEntry(path);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
        tar.flush();
        return bytes.toByteArray();
    }

    static byte[] packed(Path file, byte[] content) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = compressor(file.toString(), bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    private static OutputStream compressor(String name, OutputStream to) throws Exception {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "gz" -> new GZIPOutputStream(to);
            case "bz2" -> new BZip2CompressorOutputStream(to);
            case "xz" -> new XZOutputStream(to, new LZMA2Options(1));
            case "zst" -> new ZstdOutputStream(to);
            default -> throw new IllegalArgumentException(name);
        };
    }
}
