package org.condastagehand.resolve;

import java.nio.file.Path;
import java.util.Optional;

/** Tells which state of an environment an archive holds; to read archives is not the resolver's business. */
@FunctionalInterface
public interface PackedStates {
    /** Empty where the archive does not say it, as those of conda-pack. */
    Optional<EnvState> of(Path archive);
}
