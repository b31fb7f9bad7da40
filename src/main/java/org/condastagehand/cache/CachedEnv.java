package org.condastagehand.cache;

import java.nio.file.Path;
import java.time.Instant;

/**
 * An environment in the cache.
 *
 * @param lastUse when a job last came or went
 * @param leases of jobs that may see it now
 */
public record CachedEnv(String key, Path path, String name, long bytes, Instant lastUse, int leases) {}
