package org.condastagehand.scheduler;

import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Host;

/**
 * A Slurm job at the time of its prolog, which sees nothing of the job's own environment. What it was told is in
 * {@code SPANK_CONDA_ENV} where the site has our SPANK plug-in ({@code --conda-env}), else in a word
 * {@code conda_env=X} of its comment, else of {@code --extra} (Slurm 23.02 and later).
 */
public final class Slurm {
    private final Host host;
    private final RequestOrder order;

    public Slurm(Host host, SiteConfig site) {
        this.host = host;
        this.order = new RequestOrder(host, site);
    }

    /** Reads the request; the job's working directory is a variable, the hook's own is another. */
    public Reading read() throws BadRequest {
        Optional<Reading> off = order.mainSwitch();
        if (off.isPresent()) {
            return off.get();
        }
        Optional<Asked> asked = Stream.of(
                        host.variable("SPANK_CONDA_ENV").map(value -> new Asked(value, "--conda-env", "")),
                        among("SLURM_JOB_COMMENT", "--comment"),
                        among("SLURM_JOB_EXTRA", "--extra"),
                        order.variable())
                .flatMap(Optional::stream)
                .findFirst();
        return order.decide(asked, workDirectory());
    }

    private Optional<Asked> among(String variable, String option) {
        return host.variable(variable).flatMap(words -> SlurmDirectives.among(new Asked(words, option, "")));
    }

    private Path workDirectory() throws BadRequest {
        return host.variable("SLURM_JOB_WORK_DIR")
                .filter(path -> path.startsWith("/"))
                .map(Path::of)
                .orElseThrow(() -> new BadRequest("this is no Slurm job: it has no working directory"));
    }
}
