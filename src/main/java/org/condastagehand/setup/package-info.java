/** Puts the hooks into a scheduler's configuration and takes them out again. */
@NullMarked
package org.condastagehand.setup;

import org.jspecify.annotations.NullMarked;
