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

    /** What the JVM and one thread that writes take. */
    private static final long PROGRAM = 112 << 20;

    /** What the heap holds besides a decompressor's own arrays. */
    private static final long HEAP = 48 << 20;

    public ReadLimits {
        if (threads < 1 || memory < LEAST_MEMORY) {
            throw new IllegalArgumentException("not limits: " + threads + ", " + memory);
        }
    }

    /** Java alone, one thread, 256 MB. */
    public static ReadLimits defaults() {
        return new ReadLimits(Decompressors.NONE, 1, 256_000_000);
    }

    /** Bytes that decompressing may take: of libzstd's memory a power of two, as it is told, else of Java's heap too. */
    long room(Codec codec) {
        long left = memory - PROGRAM;
        return codec == Codec.ZSTD
                ? Long.highestOneBit(left)
                : Math.min(left, Math.max(HEAP, Runtime.getRuntime().maxMemory() - HEAP));
    }
}
