package org.condastagehand.relocate;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Looks for several prefixes in one pass. All of an environment is searched so, and most of it holds none of them: what a
 * pass costs is the memory that it goes through.
 */
public final class PrefixSet {
    private final List<Prefix> prefixes;
    private final int shortest;
    /** Horspool's, over the first bytes of all of them: how far to go on by the byte at the window's end. */
    private final int[] shifts = new int[256];

    /** A set of so many as there are; of none nothing is found. */
    public PrefixSet(Collection<Prefix> prefixes) {
        this.prefixes = List.copyOf(prefixes);
        this.shortest = prefixes.stream().mapToInt(Prefix::length).min().orElse(0);
        Arrays.fill(shifts, Math.max(1, shortest));
        for (Prefix prefix : prefixes) {
            for (int i = 0; i < shortest - 1; i++) {
                int at = prefix.bytes()[i] & 0xff;
                shifts[at] = Math.min(shifts[at], shortest - 1 - i);
            }
        }
    }

    /** Whether any of them occurs whole between two indexes of an array. */
    public boolean anyStandsIn(byte[] bytes, int from, int to) {
        if (prefixes.isEmpty()) {
            return false;
        }
        int last = shortest - 1;
        for (int at = from; at + last < to; at += shifts[bytes[at + last] & 0xff]) {
            byte end = bytes[at + last];
            for (Prefix prefix : prefixes) {
                byte[] wanted = prefix.bytes();
                if (wanted[last] == end
                        && at + wanted.length <= to
                        && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                    return true;
                }
            }
        }
        return false;
    }
}
