package org.condastagehand.stage;

/** Permission bits of what is staged. */
final class Modes {
    private static final int WRITE_BITS = 0222;

    private Modes() {}

    /** The mode from the source, without its write bits unless the copy is to be writable. */
    static int of(int mode, boolean writable) {
        return writable ? mode : mode & ~WRITE_BITS;
    }
}
