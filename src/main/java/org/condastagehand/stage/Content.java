package org.condastagehand.stage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** Tells texts from binaries. */
final class Content {
    private static final int HEAD = 1 << 10;

    private Content() {}

    /** Whether the bytes are UTF-8 without a NUL, as scripts, sources and configuration are. */
    static boolean isText(byte[] bytes) {
        if (hasNul(bytes, 0, bytes.length)) {
            return false;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** The same of a content of any size, which is judged whole: a character may lie across the edge of a block. */
    static boolean isText(InputStream in) throws IOException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        CharBuffer characters = CharBuffer.allocate(1 << 16);
        int count = 0;
        while (count >= 0) {
            count = in.read(bytes.array(), bytes.position(), bytes.remaining());
            bytes.position(bytes.position() + Math.max(0, count)).flip();
            if (hasNul(bytes.array(), 0, bytes.limit())
                    || decoder.decode(bytes, characters.clear(), count < 0).isError()) {
                return false;
            }
            bytes.compact();
        }
        return true;
    }

    /** Whether the bytes have a NUL among the first KiB, as every ELF file and every library of them has. */
    static boolean looksBinary(byte[] bytes, int from, int to) {
        return hasNul(bytes, from, Math.min(to, from + HEAD));
    }

    private static boolean hasNul(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }
}
