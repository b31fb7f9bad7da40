package org.condastagehand.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.XZInputStream;

/** How much memory an archive asks for, told by its first frame or block; one that follows may ask for more. */
final class DecoderMemory {
    /** RFC 8878: magic, descriptor, window descriptor or, without one, dictionary id and content size. */
    private static final int ZSTD_HEADER = 18;

    private static final int ZSTD_MAGIC = 0xfd2fb528;
    private static final int SKIPPABLE_MAGIC = 0x184d2a50;
    private static final int[] DICTIONARY_ID_BYTES = {0, 1, 2, 4};

    private DecoderMemory() {}

    /** Bytes, or 0 where it is little or cannot be told. */
    static long of(Codec codec, ArchiveFile file) throws IOException {
        return switch (codec) {
            case NONE, GZIP, BZIP2 -> 0;
            case XZ -> xz(file.stream());
            case ZSTD -> zstd(file.channel());
        };
    }

    private static long xz(InputStream file) {
        try (XZInputStream content = new XZInputStream(file, 0)) {
            content.read();
            return 0;
        } catch (MemoryLimitException e) {
            return e.getMemoryNeeded() * 1024L;
        } catch (IOException e) {
            return 0; // who reads it is told so
        }
    }

    private static long zstd(FileChannel file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(ZSTD_HEADER).order(ByteOrder.LITTLE_ENDIAN);
        for (long at = 0; read(file, at, header) >= 8; at += 8 + (header.getInt(4) & 0xffffffffL)) {
            if (header.getInt(0) == ZSTD_MAGIC) {
                return window(header);
            }
            if ((header.getInt(0) & 0xfffffff0) != SKIPPABLE_MAGIC) {
                return 0;
            }
        }
        return 0;
    }

    private static int read(FileChannel file, long at, ByteBuffer into) throws IOException {
        into.clear();
        int count = 0;
        while (count >= 0 && into.hasRemaining()) {
            count = file.read(into, at + into.position());
        }
        return into.position();
    }

    private static long window(ByteBuffer header) {
        int descriptor = header.get(4) & 0xff;
        boolean single = (descriptor & 0x20) != 0;
        if (!single) {
            int window = header.get(5) & 0xff;
            long base = 1L << (10 + (window >>> 3));
            return base + base / 8 * (window & 7);
        }
        int at = 5 + DICTIONARY_ID_BYTES[descriptor & 3];
        return switch (descriptor >>> 6) { // the content is the window
            case 0 -> header.get(at) & 0xff;
            case 1 -> (header.getShort(at) & 0xffff) + 256L;
            case 2 -> header.getInt(at) & 0xffffffffL;
            default -> header.getLong(at) < 0 ? Long.MAX_VALUE : header.getLong(at);
        };
    }
}
