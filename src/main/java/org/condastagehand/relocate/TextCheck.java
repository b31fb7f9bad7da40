package org.condastagehand.relocate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Tells texts from binaries where no record does: a text is UTF-8 without a NUL, judged whole. Who packs and who stages ask
 * here alike, so that a file is relocated by one rule whichever way it takes.
 */
public final class TextCheck {
    private static final int BLOCK = 1 << 16;

    private TextCheck() {}

    public static boolean isText(byte[] content) {
        return new Decoding(content.length).take(ByteBuffer.wrap(content), true);
    }

    /** The same of a content of any size, from where the channel stands to its end. */
    public static boolean isText(ReadableByteChannel in) throws IOException {
        Decoding decoding = new Decoding(BLOCK);
        ByteBuffer bytes = ByteBuffer.allocate(BLOCK);
        int count = 0;
        while (count >= 0) {
            count = in.read(bytes);
            bytes.flip();
            if (!decoding.take(bytes, count < 0)) {
                return false;
            }
            bytes.compact();
        }
        return true;
    }

    /** Leaves in the buffer what may be the beginning of a character. */
    private static final class Decoding {
        private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        private final CharBuffer characters;

        Decoding(int bytes) {
            characters = CharBuffer.allocate(Math.min(bytes, BLOCK));
        }

        boolean take(ByteBuffer bytes, boolean last) {
            for (int i = bytes.position(); i < bytes.limit(); i++) {
                if (bytes.get(i) == 0) {
                    return false;
                }
            }
            while (true) {
                characters.clear();
                CoderResult result = decoder.decode(bytes, characters, last);
                if (!result.isOverflow()) {
                    return !result.isError();
                }
            }
        }
    }
}
