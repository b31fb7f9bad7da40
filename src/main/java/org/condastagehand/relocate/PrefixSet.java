package org.condastagehand.relocate;

import java.util.Arrays;
import java.util.Collection;

/**
 * Looks for several prefixes in one pass. All of an environment is searched so, and most of it holds none of them: what a
 * pass costs is the memory that it goes through.
 */
public final class PrefixSet {
    private final byte[][] prefixes;
    private final int last;
    /**
     * Horspool's, over the first bytes of all of them: how far to go on by the byte at the window's end; 0 where one of
     * them could end there.
     */
    private final int[] shifts = new int[256];
    /** The same after a look at the window. */
    private final int[] onward = new int[256];

    /** A set of so many as there are; of none nothing is found. */
    public PrefixSet(Collection<Prefix> prefixes) {
        this.prefixes = prefixes.stream().map(Prefix::bytes).toArray(byte[][]::new);
        this.last = Arrays.stream(this.prefixes)
                        .mapToInt(prefix -> prefix.length)
                        .min()
                        .orElse(1)
                - 1;
        Arrays.fill(onward, last + 1);
        for (byte[] prefix : this.prefixes) {
            for (int i = 0; i < last; i++) {
                int at = prefix[i] & 0xff;
                onward[at] = Math.min(onward[at], last - i);
            }
        }
        System.arraycopy(onward, 0, shifts, 0, shifts.length);
        for (byte[] prefix : this.prefixes) {
            shifts[prefix[last] & 0xff] = 0;
        }
    }

    /** Whether any of them occurs whole between two indexes of an array. */
    public boolean anyStandsIn(byte[] bytes, int from, int to) {
        int end = prefixes.length == 0 ? to : from + last;
        while (end < to) {
            int shift = shifts[bytes[end] & 0xff];
            if (shift == 0) {
                if (anyStandsAt(bytes, end - last, to)) {
                    return true;
                }
                shift = onward[bytes[end] & 0xff];
            }
            end += shift;
        }
        return false;
    }

    private boolean anyStandsAt(byte[] bytes, int at, int to) {
        for (byte[] prefix : prefixes) {
            if (at + prefix.length <= to && Arrays.equals(bytes, at, at + prefix.length, prefix, 0, prefix.length)) {
                return true;
            }
        }
        return false;
    }
}
