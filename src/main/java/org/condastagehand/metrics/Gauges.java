package org.condastagehand.metrics;

/**
 * What a sweep of root's has seen.
 *
 * @param jobs of root's hooks that may be alive
 * @param entries of all users' caches, as sweeps with these users' rights say
 * @param bytes of these entries
 * @param free bytes of the disk of local_root
 * @param size bytes of that disk
 * @param success whether the sweep could judge and strike all
 * @param version of this program
 */
public record Gauges(long jobs, long entries, long bytes, long free, long size, boolean success, String version) {}
