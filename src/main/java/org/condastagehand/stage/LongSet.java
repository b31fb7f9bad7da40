package org.condastagehand.stage;

import java.nio.charset.StandardCharsets;

/** Hashes of strings in 8 to 16 bytes each: "seen before" may be wrong one time in 10^12, "never seen" is certain. */
final class LongSet {
    private long[] table = new long[1 << 12];
    private int size;

    /** Whether the text was, in all likelihood, added before. */
    boolean holds(String text) {
        return table[slot(table, hash(text))] != 0;
    }

    /** Adds a text and says whether it was, in all likelihood, added before. */
    boolean add(String text) {
        long hash = hash(text);
        int at = slot(table, hash);
        if (table[at] == hash) {
            return true;
        }
        table[at] = hash;
        if (++size > table.length / 2) {
            grow();
        }
        return false;
    }

    private void grow() {
        long[] larger = new long[table.length * 2];
        for (long hash : table) {
            if (hash != 0) {
                larger[slot(larger, hash)] = hash;
            }
        }
        table = larger;
    }

    private static int slot(long[] table, long hash) {
        int mask = table.length - 1;
        int at = (int) hash & mask;
        while (table[at] != 0 && table[at] != hash) {
            at = (at + 1) & mask;
        }
        return at;
    }

    /** FNV-1a with a last mix; 0 stands for an empty slot. */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ b) * 0x100000001b3L;
        }
        hash ^= hash >>> 32;
        hash *= 0xd6e8feb86659fd93L;
        hash ^= hash >>> 32;
        return hash == 0 ? 1 : hash;
    }
}
