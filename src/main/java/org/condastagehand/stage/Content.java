package org.condastagehand.stage;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Tells texts from binaries. */
final class Content {
    private Content() {}

    /** Whether the bytes are UTF-8 without a NUL, as scripts, sources and configuration are. */
    static boolean isText(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] == 0) {
                return false;
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Whether the bytes have a NUL among the first 8 KiB, as every ELF file has. */
    static boolean looksBinary(byte[] bytes, int length) {
        for (int i = 0; i < Math.min(length, 1 << 13); i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }
}
