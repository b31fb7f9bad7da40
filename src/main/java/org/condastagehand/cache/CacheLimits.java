package org.condastagehand.cache;

import java.time.Duration;

/**
 * How much of a node one user's cache may keep.
 *
 * @param maxSize bytes of all entries together; those that are leased stay all the same
 * @param maxAge since the last lease
 * @param minFree bytes that entries leave free on the disk
 */
public record CacheLimits(long maxSize, Duration maxAge, long minFree) {}
