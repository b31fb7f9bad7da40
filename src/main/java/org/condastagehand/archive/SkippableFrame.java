package org.condastagehand.archive;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.condastagehand.host.BadRequest;

/**
 * A frame that zstd passes over, with something of ours in it: four bytes of magic, four of length, and what we put in
 * compressed as an ordinary frame.
 */
final class SkippableFrame {
    /** Bytes before the content. */
    static final int HEADER = 8;

    private static final int PADDING = 0x184D2A50;

    private SkippableFrame() {}

    static byte[] of(int magic, byte[] content, int level) {
        byte[] compressed = compress(content, level);
        return ByteBuffer.allocate(HEADER + compressed.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(magic)
                .putInt(compressed.length)
                .put(compressed)
                .array();
    }

    private static byte[] compress(byte[] content, int level) {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setLevel(level).setChecksum(true).setContentSize(true);
            return context.compress(content);
        }
    }

    /**
     * The same frame, longer: behind our content stands, still in the frame, an empty skippable frame.
     *
     * @param more bytes, none or at least as many as a header has
     */
    static byte[] padded(byte[] frame, int more) {
        if (more == 0) {
            return frame;
        }
        ByteBuffer padded =
                ByteBuffer.wrap(Arrays.copyOf(frame, frame.length + more)).order(ByteOrder.LITTLE_ENDIAN);
        padded.putInt(Integer.BYTES, frame.length + more - HEADER);
        padded.putInt(frame.length, PADDING).putInt(frame.length + Integer.BYTES, more - HEADER);
        return padded.array();
    }

    /** Whether a frame is one of this kind, as long as it says. */
    static boolean is(int magic, byte[] frame) {
        if (frame.length < HEADER) {
            return false;
        }
        ByteBuffer header = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        return header.getInt() == magic && Integer.toUnsignedLong(header.getInt()) == frame.length - HEADER;
    }

    /**
     * What we put in.
     *
     * @param what the frame is for, in a message
     * @param most bytes that it may hold; what says that it holds more, or does not say, is refused unread
     */
    static byte[] content(byte[] frame, String what, int most) throws BadRequest {
        byte[] compressed = Arrays.copyOfRange(frame, Math.min(frame.length, HEADER), frame.length);
        // the library reads the first byte of an empty array
        long size = compressed.length == 0 ? -1 : Zstd.getFrameContentSize(compressed);
        if (size < 0 || size > most) {
            throw new BadRequest("the archive is broken: its " + what + " is of no size that a packer writes");
        }
        byte[] content = new byte[(int) size];
        try {
            long length = Zstd.decompress(content, compressed);
            if (Zstd.isError(length) || length != size) {
                throw new BadRequest("the archive is broken: its " + what + " does not decompress");
            }
        } catch (ZstdException e) {
            throw new BadRequest("the archive is broken: its " + what + " does not decompress", e);
        }
        return content;
    }
}
