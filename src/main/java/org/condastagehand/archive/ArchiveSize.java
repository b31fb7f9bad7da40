package org.condastagehand.archive;

import com.github.luben.zstd.Zstd;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.condastagehand.host.BadRequest;

/** How large an archive's content is at least, without reading it: what its codec notes at the beginning or the end. */
public final class ArchiveSize {
    private static final int ZSTD_HEADER = 18;
    private static final int SMALLEST_GZIP = 18;

    private ArchiveSize() {}

    /** Bytes of the tar inside, or fewer; of an archive that a compressor wrote never more than there are. */
    public static long atLeast(Path archive) throws BadRequest {
        try (ArchiveFile file = ArchiveFile.open(archive)) {
            return atLeast(file);
        }
    }

    /** The same of one that is open. */
    public static long atLeast(ArchiveFile file) throws BadRequest {
        try {
            long size = file.channel().size();
            BufferedInputStream in = new BufferedInputStream(file.stream());
            return switch (Codec.of(in)) {
                case NONE -> size;
                case GZIP -> Math.max(packed(size), gzip(file.channel(), size));
                case ZSTD -> Math.max(packed(size), Zstd.getFrameContentSize(in.readNBytes(ZSTD_HEADER)));
                case BZIP2, XZ -> packed(size);
            };
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + file.path() + "`", e);
        }
    }

    /** What cannot be compressed grows: by 1 % and 600 bytes with bzip2, by less with all others. */
    private static long packed(long size) {
        return Math.max(0, size - size / 64 - 1024);
    }

    /** RFC 1952: the last four bytes hold the size modulo 2^32, of the last member where there are several. */
    private static long gzip(FileChannel file, long size) throws IOException {
        if (size < SMALLEST_GZIP) {
            return 0;
        }
        ByteBuffer trailer = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long from = size - trailer.capacity();
        while (trailer.hasRemaining() && file.read(trailer, from + trailer.position()) >= 0) {
            // a channel may read less than it was asked
        }
        long noted = trailer.getInt(0) & 0xffffffffL;
        // deflate shrinks at most to 1/1032, so a larger claim is wrong
        return noted > size * 1032 ? 0 : noted;
    }
}
