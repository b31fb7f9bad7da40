package org.condastagehand.resolve;

import java.nio.file.Path;

/**
 * What an image says of itself. What is in it is right at one path alone, the same on every node.
 *
 * @param prefix where it has to be mounted
 * @param original the environment that it was made of
 * @param state of that environment, as {@link EnvState#digest}
 * @param files regular files in it
 * @param bytes in them
 * @param packedBy the program's version
 */
public record ImageLabel(Path prefix, Path original, EnvState state, long files, long bytes, String packedBy) {
    /** The name of the entry that it becomes in a node's cache. */
    public String key() {
        return String.valueOf(prefix.getFileName());
    }
}
