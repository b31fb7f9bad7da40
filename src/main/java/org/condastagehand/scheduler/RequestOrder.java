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
 * The order that holds for every scheduler: {@code CONDA_STAGE=false} is the main switch, then what the scheduler was
 * told, then {@code CONDA_STAGE_ENV}, then {@code .conda-stage.toml}. How to stage is said by that file alone, whoever
 * named the environment; then by the site.
 */
final class RequestOrder {
    private final Host host;
    private final SiteConfig site;

    RequestOrder(Host host, SiteConfig site) {
        this.host = host;
        this.site = site;
    }

    /** What the main switch says when it is off; nothing else is then looked at. */
    Optional<Reading> mainSwitch() throws BadRequest {
        String value = host.variable("CONDA_STAGE").orElse("true");
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "false", "0", "no", "off" ->
                Optional.of(new Reading(
                        new Request.TurnedOff(
                                "`CONDA_STAGE=" + host.environment().get("CONDA_STAGE") + "`"),
                        List.of()));
            case "true", "1", "yes", "on" -> Optional.empty();
            default ->
                throw new BadRequest(
                        "`CONDA_STAGE` is neither `true` nor `false`: `" + Asked.oneLine(value) + "`",
                        "unset CONDA_STAGE, or export CONDA_STAGE=false");
        };
    }

    /** The job's own variable, for where the scheduler was told nothing. */
    Optional<Asked> variable() {
        return host.variable("CONDA_STAGE_ENV").map(value -> new Asked(value, "CONDA_STAGE_ENV", ""));
    }

    /** Takes what was asked for, else what the file in the job's working directory asks for. */
    Reading decide(Optional<Asked> asked, Path directory) throws BadRequest {
        if (asked.isPresent() && asked.get().turnsOff()) {
            return new Reading(new Request.TurnedOff(asked.get() + " is `none`"), List.of());
        }
        JobFile.Found found = site.tomlRequests() ? JobFile.find(directory, host.user()) : JobFile.Found.NOTHING;
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
