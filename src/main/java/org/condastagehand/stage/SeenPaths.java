package org.condastagehand.stage;

import java.nio.charset.StandardCharsets;

/**
 * The paths of a tree that is being made, by hashes of 8 to 16 bytes each, since an archive may have a million. That a path is
 * new is certain; that it was there before may be wrong one time in 10^12.
 */
final class SeenPaths {
    private long[] table = new long[1 << 12];
    private int size;

    boolean holds(String path) {
        return table[slot(table, hash(path))] != 0;
    }

    /** Adds a path and says whether it is new, as {@link java.util.Set#add} does. */
    boolean add(String path) {
        long hash = hash(path);
        int at = slot(table, hash);
        if (table[at] == hash) {
            return false;
        }
        table[at] = hash;
        if (++size > table.length / 2) {
            grow();
        }
        return true;
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
    private static long hash(String path) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ b) * 0x100000001b3L;
        }
        hash ^= hash >>> 32;
        hash *= 0xd6e8feb86659fd93L;
        hash ^= hash >>> 32;
        return hash == 0 ? 1 : hash;
    }
}
