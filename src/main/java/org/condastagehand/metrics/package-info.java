/** What root's hooks have counted on a node, for Prometheus: docs/design/observability.md. */
@NullMarked
package org.condastagehand.metrics;

import org.jspecify.annotations.NullMarked;
