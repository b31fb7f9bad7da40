package org.condastagehand.host;

/** How much a test does: what `./dev test` has time for, or, with `--full` (FULL=1), all of it. */
public final class Amount {
    private Amount() {}

    public static int of(int usual, int full) {
        return System.getenv("FULL") == null ? usual : full;
    }
}
