package org.condastagehand.stage;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.condastagehand.host.NodeFault;

/**
 * Arrays for files on their way to disk: one budget for all, and each used again, since memory that a virtual machine
 * touches for the first time costs more than the decompression of what goes into it.
 */
final class Buffers {
    /** A larger member goes to disk piece by piece. */
    static final int LARGEST = 8 << 20;

    /** All arrays together, those in use and those that wait to be used again. */
    static final int BUDGET = 32 << 20;

    private static final int SMALLEST = 1 << 14;

    private final Semaphore inUse = new Semaphore(BUDGET, true);
    private final NavigableMap<Integer, Deque<byte[]>> free = new TreeMap<>();
    private int held;

    /** An array of at least {@code size} bytes; waits until others have given theirs back. */
    byte[] take(int size) throws NodeFault {
        int length = SMALLEST;
        while (length < size) {
            length *= 2;
        }
        try {
            inUse.acquire(length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeFault("interrupted");
        }
        return array(length);
    }

    private synchronized byte[] array(int length) {
        byte[] used = free.computeIfAbsent(length, any -> new ArrayDeque<>()).poll();
        if (used != null) {
            return used;
        }
        // what is in use fits into the budget together with this one, so enough of the others wait
        while (held + length > BUDGET) {
            drop();
        }
        held += length;
        return new byte[length];
    }

    private void drop() {
        free.values().removeIf(Deque::isEmpty);
        held -= free.lastEntry().getValue().remove().length;
    }

    synchronized void giveBack(byte[] buffer) {
        free.computeIfAbsent(buffer.length, any -> new ArrayDeque<>()).add(buffer);
        inUse.release(buffer.length);
    }

    /** Bytes of all arrays that there are. */
    synchronized int held() {
        return held;
    }
}
