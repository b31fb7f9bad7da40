package org.condastagehand.pack;

import java.util.Optional;
import org.condastagehand.relocate.Prefix;

/**
 * What conda noted of a file when it installed it.
 *
 * @param sha256 of the file in its package; empty where it is not noted
 * @param installed SHA-256 of what conda wrote, where that is another
 * @param placeholder the build's prefix, which conda replaced by the environment's
 * @param binary whether by the rule for binaries
 */
record Known(String sha256, String installed, Optional<Prefix> placeholder, boolean binary) {
    /** The placeholder that stands in a binary. */
    Optional<Prefix> binaryPlaceholder() {
        return placeholder.filter(known -> binary);
    }
}
