package org.condastagehand.pack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** Tells texts from binaries as staging does: a text is UTF-8 and has no NUL. */
final class TextCheck {
    private static final int BLOCK = 1 << 16;

    private TextCheck() {}

    static boolean isText(byte[] content) {
        Decoding decoding = new Decoding();
        return decoding.take(ByteBuffer.wrap(content), true);
    }

    /** The same of a file of any size, read by offsets. */
    static boolean isText(FileChannel file) throws IOException {
        Decoding decoding = new Decoding();
        ByteBuffer bytes = ByteBuffer.allocate(BLOCK);
        long at = 0;
        int count = 0;
        while (count >= 0) {
            count = file.read(bytes, at);
            at += Math.max(0, count);
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
        private final CharBuffer characters = CharBuffer.allocate(BLOCK);

        boolean take(ByteBuffer bytes, boolean last) {
            for (int i = bytes.position(); i < bytes.limit(); i++) {
                if (bytes.get(i) == 0) {
                    return false;
                }
            }
            while (true) {
                characters.clear();
                java.nio.charset.CoderResult result = decoder.decode(bytes, characters, last);
                if (!result.isOverflow()) {
                    return !result.isError();
                }
            }
        }
    }
}
