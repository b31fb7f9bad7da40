package org.condastagehand.stage;

/**
 * What staging may use of a node.
 *
 * @param minFree bytes that stay free on the local disk
 * @param maxEnvSize bytes of the largest environment taken, 0 for no limit
 * @param writers threads that write files
 */
public record StageLimits(long minFree, long maxEnvSize, int writers) {
    public StageLimits {
        if (minFree < 0 || maxEnvSize < 0 || writers < 1) {
            throw new IllegalArgumentException("not limits: " + minFree + ", " + maxEnvSize + ", " + writers);
        }
    }
}
