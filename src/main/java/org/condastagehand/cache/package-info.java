/**
 * Environments that stay on a node after their job, so that the next job that asks for one need not stage it: each
 * user's own, leased while a job sees them, evicted by least recent use.
 */
@NullMarked
package org.condastagehand.cache;

import org.jspecify.annotations.NullMarked;
