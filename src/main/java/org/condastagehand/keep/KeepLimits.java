package org.condastagehand.keep;

import java.time.Duration;

/**
 * What one user's archives may take.
 *
 * @param maxSize bytes of all together
 * @param maxAge since a job last used one
 * @param minFree bytes that they leave free where they lie
 */
public record KeepLimits(long maxSize, Duration maxAge, long minFree) {}
