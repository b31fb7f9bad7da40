package org.condastagehand.stage;

/** A guess at what a content is, from its beginning alone. */
final class Content {
    private static final int HEAD = 1 << 10;

    private Content() {}

    /** Whether the bytes have a NUL among the first KiB, as every ELF file and every library of them has. */
    static boolean looksBinary(byte[] bytes, int from, int to) {
        for (int i = from; i < Math.min(to, from + HEAD); i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }
}
