package org.condastagehand.resolve;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * Whether an archive holds an environment as it is now. One that carries the environment's state is held against it; of one
 * that carries none the times have to tell, and a time that went back tells nothing.
 */
record ArchiveAge(PackedStates states) {
    /** What is wrong with it, as the end of a sentence; empty when nothing is. */
    Optional<String> complaint(Path archive, FileTime modified, Path prefix) {
        Optional<EnvState> packed = states.of(archive);
        if (packed.isPresent()) {
            return packed.get().equals(EnvState.ofPrefix(prefix))
                    ? Optional.empty()
                    : Optional.of("holds another state of the environment than it has now");
        }
        return modified.compareTo(Freshness.newest(prefix)) >= 0
                ? Optional.empty()
                : Optional.of("is older than the environment");
    }
}
