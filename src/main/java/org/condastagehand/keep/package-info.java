/** Archives that a job packs by itself out of its staged copy, for the next job on any node: docs/design/archives.md. */
@NullMarked
package org.condastagehand.keep;

import org.jspecify.annotations.NullMarked;
