package org.condastagehand.stage;

import org.condastagehand.archive.ReadLimits;

/**
 * What staging may use of a node.
 *
 * @param minFree bytes that stay free on the local disk
 * @param maxEnvSize bytes of the largest environment taken, 0 for no limit
 * @param writers threads that write files
 * @param reading what reading an archive may use
 */
public record StageLimits(long minFree, long maxEnvSize, int writers, ReadLimits reading) {
    public StageLimits {
        if (minFree < 0 || maxEnvSize < 0 || writers < 1) {
            throw new IllegalArgumentException("not limits: " + minFree + ", " + maxEnvSize + ", " + writers);
        }
    }

    /** The same with Java alone to read archives. */
    public StageLimits(long minFree, long maxEnvSize, int writers) {
        this(minFree, maxEnvSize, writers, ReadLimits.defaults());
    }
}
