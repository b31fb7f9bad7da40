/** Packs a live environment into an archive that can be unpacked, and staged, anywhere. */
@NullMarked
package org.condastagehand.pack;

import org.jspecify.annotations.NullMarked;
