package org.condastagehand.archive;

/**
 * What reading an archive may use of a node.
 *
 * @param threads that decompress, where an archive's parts can be read side by side
 * @param memory bytes for the whole program and the decompressors that it starts
 */
public record ReadLimits(Decompressors programs, int threads, long memory) {
    /** Less than this cannot read what {@code xz -9} writes. */
    public static final long LEAST_MEMORY = 192_000_000;

    /** What the JVM takes besides its heap: code, classes, the stacks of its threads. */
    private static final long OUTSIDE_HEAP = 48 << 20;

    /** What the heap holds besides a decompressor's own arrays. */
    private static final long IN_HEAP = 48 << 20;

    /** What zstd asks for at its usual levels. */
    private static final long LEAST_WINDOW = 8 << 20;

    public ReadLimits {
        if (threads < 1 || memory < LEAST_MEMORY) {
            throw new IllegalArgumentException("not limits: " + threads + ", " + memory);
        }
    }

    /** Java alone, one thread, 256 MB. */
    public static ReadLimits defaults() {
        return new ReadLimits(Decompressors.NONE, 1, 256_000_000);
    }

    /**
     * Bytes that decompressing may take. libzstd's window comes on top of the heap, which fills up whatever is read, and
     * is told in powers of two; Java's decompressors take theirs from the heap.
     */
    long room(Codec codec) {
        long heap = Runtime.getRuntime().maxMemory();
        return codec == Codec.ZSTD
                ? Long.highestOneBit(Math.max(LEAST_WINDOW, memory - heap - OUTSIDE_HEAP))
                : Math.min(memory - OUTSIDE_HEAP, heap) - IN_HEAP;
    }
}
