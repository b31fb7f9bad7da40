package org.condastagehand.archive;

import com.github.luben.zstd.Zstd;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.condastagehand.host.BadRequest;

/** How large an archive's content certainly is, without reading it: what its codec notes at the beginning or the end. */
public final class ArchiveSize {
    private static final int ZSTD_HEADER = 18;

    private ArchiveSize() {}

    /** Bytes of the tar inside, or fewer; never more than there are. */
    public static long atLeast(Path archive) throws BadRequest {
        try (InputStream file = Files.newInputStream(archive);
                BufferedInputStream in = new BufferedInputStream(file)) {
            long size = Files.size(archive);
            return switch (Codec.of(in)) {
                case GZIP -> gzip(archive, size);
                case ZSTD -> Math.max(size, zstd(in));
                case NONE, BZIP2, XZ -> size;
            };
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + archive + "`", e);
        }
    }

    /** RFC 1952: the last four bytes hold the size modulo 2^32, of the last member where there are several. */
    private static long gzip(Path archive, long size) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(archive.toFile(), "r")) {
            if (size < 18) {
                return size;
            }
            file.seek(size - 4);
            byte[] trailer = new byte[4];
            file.readFully(trailer);
            long noted = ByteBuffer.wrap(trailer).order(ByteOrder.LITTLE_ENDIAN).getInt() & 0xffffffffL;
            // deflate shrinks at most to 1/1032, so a larger claim is wrong
            return noted > size * 1032 ? size : Math.max(size, noted);
        }
    }

    private static long zstd(InputStream in) throws IOException {
        byte[] header = in.readNBytes(ZSTD_HEADER);
        return Math.max(0, Zstd.getFrameContentSize(header));
    }
}
