package org.condastagehand.stage;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * Arrays for files on their way to disk: one budget for all, and each used again, since memory that a virtual machine
 * touches for the first time costs more than the decompression of what goes into it.
 */
final class Buffers {
    /** A larger member goes to disk piece by piece. */
    static final int LARGEST = 8 << 20;

    private static final int SMALLEST = 1 << 14;
    private static final int BUDGET_KIB = 32 << 10;

    private final Semaphore kibibytes = new Semaphore(BUDGET_KIB, true);
    private final Map<Integer, Queue<byte[]>> free = new ConcurrentHashMap<>();

    /** An array of at least {@code size} bytes; waits until others have given theirs back. */
    byte[] take(int size) throws InterruptedException {
        int length = SMALLEST;
        while (length < size) {
            length *= 2;
        }
        kibibytes.acquire(length >> 10);
        byte[] used = queue(length).poll();
        return used == null ? new byte[length] : used;
    }

    void giveBack(byte[] buffer) {
        queue(buffer.length).add(buffer);
        kibibytes.release(buffer.length >> 10);
    }

    private Queue<byte[]> queue(int length) {
        return free.computeIfAbsent(length, any -> new ConcurrentLinkedQueue<>());
    }
}
