package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.condastagehand.activate.Activation;
import org.condastagehand.activate.Activator;
import org.condastagehand.cache.NodeCache;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Report;
import org.condastagehand.host.Sizes;
import org.condastagehand.host.StagingException;
import org.condastagehand.job.JobDirectory;
import org.condastagehand.request.EnvSpec;
import org.condastagehand.request.JobRequest;
import org.condastagehand.request.OnFailure;
import org.condastagehand.request.StageOptions;
import org.condastagehand.resolve.EnvResolver;
import org.condastagehand.resolve.ResolvedEnv;
import org.condastagehand.stage.StagedEnv;
import org.condastagehand.stage.Stager;

/** The steps from a request to an activation, the same for every scheduler. */
final class EnvStaging {
    private static final int LISTABLE_ONLY = 0555;

    private final Host host;
    private final Site site;
    private final Report report;
    private final JobRequest request;
    private final Written written;

    /** What a scheduler needs besides the scripts that a shell sources. */
    @FunctionalInterface
    interface Written {
        void scripts(Activation activation, StagedEnv env) throws StagingException;
    }

    EnvStaging(Host host, Site site, Report report, JobRequest request) {
        this(host, site, report, request, (activation, env) -> {});
    }

    /**
     * @param written called each time when scripts for an environment have been written
     */
    EnvStaging(Host host, Site site, Report report, JobRequest request, Written written) {
        this.host = host;
        this.site = site;
        this.report = report;
        this.request = request;
        this.written = written;
    }

    /** Finds all environments of the request, the one to activate first. */
    List<ResolvedEnv> resolve() throws StagingException {
        EnvResolver resolver = new EnvResolver(host, site.config().envs());
        List<ResolvedEnv> resolved = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (EnvSpec env : request.envs()) {
            ResolvedEnv found = resolver.resolve(env);
            if (!names.add(found.name())) {
                throw new BadRequest(
                        "two environments of this job have the name `" + found.name() + "`", "name only one of them");
            }
            found.notes().forEach(report::warn);
            resolved.add(found);
        }
        return resolved;
    }

    /** Puts them all into the job's directory and writes the scripts that activate the first. */
    Activation stage(List<ResolvedEnv> resolved, JobDirectory job) throws StagingException {
        Stager stager = new Stager(site.limits());
        for (ResolvedEnv env : resolved) {
            Path visible = job.envs().resolve(env.name());
            if (isCached(request.options()) && lease(env, stager, visible)) {
                continue;
            }
            Path work = job.envs().resolve("." + env.name() + ".stage");
            long begun = host.clock().millis();
            Stager.Staged staged = stager.stage(
                    env, new Stager.Target(work, visible, request.options().writable()));
            tell(env, staged, begun);
        }
        try {
            Files.setAttribute(job.envs(), "unix:mode", LISTABLE_ONLY);
        } catch (IOException e) {
            throw new NodeFault("cannot close `" + job.envs() + "`", e);
        }
        ResolvedEnv first = resolved.get(0);
        Path prefix = job.envs().resolve(first.name());
        return activate(
                new StagedEnv(
                        first.name(),
                        prefix,
                        Optional.of(job.envs()),
                        first.source().path(),
                        fallback(resolved).map(StagedEnv::prefix)),
                job);
    }

    /** A copy that the job may write is its own. */
    private boolean isCached(StageOptions options) {
        return site.config().cache().enabled() && !options.writable();
    }

    /** False where the cache has a reason not to serve this job. */
    private boolean lease(ResolvedEnv env, Stager stager, Path link) throws StagingException {
        long begun = host.clock().millis();
        Optional<NodeCache.Leased> leased;
        try {
            leased = site.cache(host, stager, report::info).lease(env, link);
        } catch (BadSite e) { // anybody may have made the directory that is to be this user's
            String hint = e.hint().map(text -> " (" + text + ")").orElse("");
            report.warn("`" + env.name() + "` is staged for this job alone: " + e.getMessage() + hint);
            return false;
        }
        if (leased.isEmpty()) {
            report.warn("somebody has changed `" + env.name() + "` in this node's cache while a job uses it: not used");
        } else if (leased.get().staged().isPresent()) {
            tell(env, leased.get().staged().get(), begun);
        } else {
            report.info(
                    String.format(Locale.ROOT, "`%s` was on this node already, %.1f s", env.name(), seconds(begun)));
        }
        return leased.isPresent();
    }

    /** The original of the environment to activate, if the job may run with it after a failure. */
    Optional<StagedEnv> fallback(List<ResolvedEnv> resolved) {
        if (request.options().onFailure() == OnFailure.FAIL) {
            return Optional.empty();
        }
        return resolved.stream().findFirst().flatMap(first -> first.original()
                .map(original -> StagedEnv.fallback(first.name(), original)));
    }

    /** Says why, and writes the scripts that activate the original. */
    Activation fallBack(StagedEnv original, StagingException failure, JobDirectory job) throws StagingException {
        report.error(failure);
        report.warn("the job runs with the original environment `" + original.prefix() + "`, from where it is");
        return activate(original, job);
    }

    Activation activate(StagedEnv env, JobDirectory job) throws StagingException {
        Activation activation = request.options().activate()
                ? Activator.activate(env, job.stage())
                : Activator.expose(env, job.stage());
        activation.notes().forEach(report::warn);
        written.scripts(activation, env);
        return activation;
    }

    private double seconds(long begun) {
        return (host.clock().millis() - begun) / 1000.0;
    }

    private void tell(ResolvedEnv env, Stager.Staged staged, long begun) {
        String kind = env.source() instanceof ResolvedEnv.Archive ? "archive" : "prefix";
        report.info(String.format(
                Locale.ROOT,
                "staged `%s`: %,d files, %s, %.1f s from %s `%s`",
                env.name(),
                staged.files(),
                Sizes.text(staged.bytes()),
                seconds(begun),
                kind,
                env.source().path()));
        staged.notes().forEach(report::warn);
    }
}
