package org.condastagehand.request;

import java.util.List;

/**
 * The environments that a job asked for, the first of which is activated.
 *
 * @param askedBy where it was asked for, for people to read: {@code `#$ -l conda_env` in line 3 of `job.sh`}
 */
public record JobRequest(List<EnvSpec> envs, StageOptions options, String askedBy) {
    public JobRequest {
        envs = List.copyOf(envs);
        if (envs.isEmpty()) {
            throw new IllegalArgumentException("a request names at least one environment");
        }
    }

    public EnvSpec first() {
        return envs.get(0);
    }
}
