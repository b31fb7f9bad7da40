package org.condastagehand.keep;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * An archive that a job has packed by itself.
 *
 * @param env what its environment's directory is called
 * @param prefix where that stands; absent when the archive cannot be read
 * @param bytes of the file
 * @param lastUse when a job last staged from it, to the hour
 */
public record KeptArchive(Path path, String env, Optional<Path> prefix, State state, long bytes, Instant lastUse) {
    /** How an archive and its environment stand to each other. */
    public enum State {
        /** It holds the environment as it is: the next job uses it. */
        FRESH,
        /** The environment has changed: no job uses it. */
        STALE,
        /** The environment is not there, or its file system is not. */
        GONE,
        /** It cannot be read. */
        BROKEN
    }
}
