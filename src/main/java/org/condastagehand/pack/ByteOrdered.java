package org.condastagehand.pack;

/** Compares paths as their UTF-8 bytes compare, which {@link String#compareTo} does but for characters beyond U+FFFF. */
final class ByteOrdered {
    private ByteOrdered() {}

    static int compare(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char l = left.charAt(i);
            char r = right.charAt(i);
            if (l != r) {
                boolean pair = Character.isSurrogate(l);
                return pair == Character.isSurrogate(r) ? Character.compare(l, r) : pair ? 1 : -1;
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
