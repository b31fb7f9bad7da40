package org.condastagehand.stage;

import java.nio.file.Path;
import java.util.Optional;

/**
 * An environment as a job is to see it.
 *
 * @param name what {@code conda activate} calls it
 * @param prefix the directory that becomes {@code CONDA_PREFIX}; on local disk when staged, the original on a fallback
 * @param envs the directory that holds {@code prefix} under {@code name} on local disk; absent on a fallback
 * @param source the archive or prefix that it was staged from
 * @param original the live prefix, where the job may run with it: for a node that has not staged
 */
public record StagedEnv(String name, Path prefix, Optional<Path> envs, Path source, Optional<Path> original) {
    /** The original environment, where staging failed. */
    public static StagedEnv fallback(String name, Path original) {
        return new StagedEnv(name, original, Optional.empty(), original, Optional.of(original));
    }

    public boolean onLocalDisk() {
        return envs.isPresent();
    }
}
