package org.condastagehand.scheduler;

import java.nio.file.Path;
import java.util.Optional;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Host;

/**
 * The embedded scheduler: it runs a job script on this machine and reads the request from where the real ones would.
 *
 * <p>What the scheduler was told is {@code --env}, else the script's {@code #$} or {@code #SBATCH} lines; {@code none} is
 * something. So {@code enabled = false} in {@code .conda-stage.toml}, being the weakest, turns off only what the file
 * itself asks for.
 */
public final class Local {
    private final Host host;
    private final RequestOrder order;

    public Local(Host host, SiteConfig site) {
        this.host = host;
        this.order = new RequestOrder(host, site);
    }

    /**
     * Reads the request of a job that is about to start.
     *
     * @param envOption the value of {@code --env}
     * @param script the job's script, read only when {@code --env} does not decide; relative to the working directory
     */
    public Reading read(Optional<String> envOption, Optional<Path> script) throws BadRequest {
        Optional<Reading> off = order.mainSwitch();
        if (off.isPresent()) {
            return off.get();
        }
        return order.decide(asked(envOption, script), host.directory());
    }

    private Optional<Asked> asked(Optional<String> envOption, Optional<Path> script) throws BadRequest {
        if (envOption.isPresent()) {
            return Optional.of(new Asked(envOption.get(), "--env", ""));
        }
        Optional<Asked> directive = script.isPresent() ? directive(script.get()) : Optional.empty();
        return directive.isPresent() ? directive : order.variable();
    }

    private Optional<Asked> directive(Path path) throws BadRequest {
        JobScript script = JobScript.read(host.directory().resolve(path), path.toString());
        Optional<Asked> gridEngine = GridEngineDirectives.find(script);
        Optional<Asked> slurm = SlurmDirectives.find(script);
        if (gridEngine.isEmpty() || slurm.isEmpty()) {
            return gridEngine.isPresent() ? gridEngine : slurm;
        }
        String left = gridEngine.get().value();
        String right = slurm.get().value();
        if (!left.equals(right)) {
            throw new BadRequest(
                    gridEngine.get() + " asks for `" + Asked.oneLine(left) + "`, but " + slurm.get() + " for `"
                            + Asked.oneLine(right) + "`",
                    "name the same environment in both lines, or say which one with --env");
        }
        return gridEngine;
    }
}
