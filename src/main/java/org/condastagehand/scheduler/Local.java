package org.condastagehand.scheduler;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.condastagehand.config.JobFile;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Host;
import org.condastagehand.request.EnvSpec;
import org.condastagehand.request.JobRequest;
import org.condastagehand.request.Request;
import org.condastagehand.request.StageOptions;

/**
 * The embedded scheduler: it runs a job script on this machine and reads the request from where the real ones would.
 *
 * <p>{@code CONDA_STAGE=false} is the main switch: with it nothing else is looked at. Otherwise the first of these that
 * says anything decides, and {@code none} is something: {@code --env}, the script's {@code #$} or {@code #SBATCH} lines,
 * {@code CONDA_STAGE_ENV}, {@code .conda-stage.toml} in the working directory. So {@code enabled = false} in that file,
 * being the weakest, turns off only what the file itself asks for. How to stage ({@code writable}, {@code activate},
 * {@code on_failure}) is said by the file alone, whoever named the environment; then by the site.
 */
public final class Local {
    private final Host host;
    private final SiteConfig site;

    public Local(Host host, SiteConfig site) {
        this.host = host;
        this.site = site;
    }

    /**
     * What was read.
     *
     * @param notes lines that the user should see, such as the reason why a file was ignored
     */
    public record Reading(Request request, List<String> notes) {
        public Reading {
            notes = List.copyOf(notes);
        }
    }

    /**
     * Reads the request of a job that is about to start.
     *
     * @param envOption the value of {@code --env}
     * @param script the job's script, read only when {@code --env} does not decide; relative to the working directory
     */
    public Reading read(Optional<String> envOption, Optional<Path> script) throws BadRequest {
        if (mainSwitchIsOff()) {
            return new Reading(
                    new Request.TurnedOff("`CONDA_STAGE=" + host.environment().get("CONDA_STAGE") + "`"), List.of());
        }
        Optional<Asked> asked = asked(envOption, script);
        if (asked.isPresent() && asked.get().turnsOff()) {
            return new Reading(new Request.TurnedOff(asked.get() + " is `none`"), List.of());
        }
        JobFile.Found found = site.tomlRequests()
                ? JobFile.find(host.directory(), host.user())
                : new JobFile.Found(Optional.empty(), Optional.empty());
        List<String> notes = new ArrayList<>(found.note().stream().toList());
        StageOptions options = options(found.file());
        if (asked.isPresent()) {
            List<EnvSpec> envs = List.of(asked.get().env());
            return new Reading(
                    new Request.Wanted(new JobRequest(envs, options, asked.get().toString())), notes);
        }
        Request request = found.file().map(file -> request(file, options)).orElse(new Request.Nothing());
        if (request instanceof Request.Nothing) {
            found.file().ifPresent(file -> notes.add("`" + file.file() + "` names no environment: nothing is staged"));
        }
        return new Reading(request, notes);
    }

    private boolean mainSwitchIsOff() throws BadRequest {
        String value = host.variable("CONDA_STAGE").orElse("true");
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "false", "0", "no", "off" -> true;
            case "true", "1", "yes", "on" -> false;
            default ->
                throw new BadRequest(
                        "`CONDA_STAGE` is neither `true` nor `false`: `" + Asked.oneLine(value) + "`",
                        "unset CONDA_STAGE, or export CONDA_STAGE=false");
        };
    }

    private Optional<Asked> asked(Optional<String> envOption, Optional<Path> script) throws BadRequest {
        if (envOption.isPresent()) {
            return Optional.of(new Asked(envOption.get(), "--env", ""));
        }
        Optional<Asked> directive = script.isPresent() ? directive(script.get()) : Optional.empty();
        return directive.isPresent()
                ? directive
                : host.variable("CONDA_STAGE_ENV").map(value -> new Asked(value, "CONDA_STAGE_ENV", ""));
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

    private StageOptions options(Optional<JobFile> file) {
        return new StageOptions(
                file.flatMap(JobFile::writable).orElse(false),
                file.flatMap(JobFile::activate).orElse(true),
                file.flatMap(JobFile::onFailure).orElse(site.onFailure()));
    }

    private static Request request(JobFile file, StageOptions options) {
        if (!file.enabled()) {
            return new Request.TurnedOff("`" + file.file() + "`");
        }
        return file.envs().isEmpty()
                ? new Request.Nothing()
                : new Request.Wanted(new JobRequest(file.envs(), options, "`env` in `" + file.file() + "`"));
    }
}
