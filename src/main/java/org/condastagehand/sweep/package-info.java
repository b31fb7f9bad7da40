/** Strikes what jobs leave behind: rename, then delete; never without a proof of death. */
@NullMarked
package org.condastagehand.sweep;

import org.jspecify.annotations.NullMarked;
