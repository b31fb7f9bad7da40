package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.condastagehand.activate.Activation;
import org.condastagehand.activate.Activator;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Report;
import org.condastagehand.host.Sizes;
import org.condastagehand.host.StagingException;
import org.condastagehand.job.JobArea;
import org.condastagehand.job.JobDirectory;
import org.condastagehand.request.EnvSpec;
import org.condastagehand.request.JobRequest;
import org.condastagehand.request.OnFailure;
import org.condastagehand.resolve.EnvResolver;
import org.condastagehand.resolve.ResolvedEnv;
import org.condastagehand.stage.StagedEnv;
import org.condastagehand.stage.Stager;
import org.condastagehand.sweep.Strike;
import org.jspecify.annotations.Nullable;

/** One job of the embedded scheduler, from its request to the strike. */
final class LocalJob {
    private static final int LISTABLE_ONLY = 0555;

    private final Host host;
    private final Site site;
    private final Report report;
    private final RunningScript script = new RunningScript();
    private volatile @Nullable JobArea area;

    LocalJob(Host host, Site site, Report report) {
        this.host = host;
        this.site = site;
        this.report = report;
    }

    /** Stages, runs the command with the environment active, strikes; the exit status is the command's. */
    int run(JobRequest request, List<String> command) throws StagingException {
        try (Cleanup cleanup = new Cleanup(report, this::strike)) {
            Ready ready = ready(request, cleanup);
            Map<String, String> variables = Map.of("TMPDIR", ready.job().path().toString());
            return script.run(cleanup, ready.activation().starter(command), variables, host);
        }
    }

    /** A job whose script can start. */
    private record Ready(JobDirectory job, Activation activation) {}

    private Ready ready(JobRequest request, Cleanup cleanup) throws StagingException {
        List<ResolvedEnv> resolved = new ArrayList<>();
        try {
            resolveAll(request, resolved);
            JobDirectory job = cleanup.make(() -> makeDirectory(site.area(host)));
            return new Ready(job, activate(stageAll(resolved, request, job), request, job));
        } catch (StagingException e) {
            return fallBack(request, resolved, cleanup, e);
        }
    }

    /** The first environment's original is what a fallback would use, so it is known before anything else can fail. */
    private void resolveAll(JobRequest request, List<ResolvedEnv> resolved) throws StagingException {
        EnvResolver resolver = new EnvResolver(host, site.config().envs());
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
    }

    private JobDirectory makeDirectory(JobArea where) throws StagingException {
        area = where;
        return JobDirectory.make(where, site.node(), host.user());
    }

    private StagedEnv stageAll(List<ResolvedEnv> resolved, JobRequest request, JobDirectory job)
            throws StagingException {
        Stager stager = new Stager(site.limits());
        for (ResolvedEnv env : resolved) {
            Path visible = job.envs().resolve(env.name());
            Path work = job.envs().resolve("." + env.name() + ".stage");
            long begun = host.clock().millis();
            Stager.Staged staged = stager.stage(
                    env, new Stager.Target(work, visible, request.options().writable()));
            tell(env, staged, (host.clock().millis() - begun) / 1000.0);
        }
        try {
            Files.setAttribute(job.envs(), "unix:mode", LISTABLE_ONLY);
        } catch (IOException e) {
            throw new NodeFault("cannot close `" + job.envs() + "`", e);
        }
        ResolvedEnv first = resolved.get(0);
        Path prefix = job.envs().resolve(first.name());
        return new StagedEnv(
                first.name(), prefix, Optional.of(job.envs()), first.source().path());
    }

    private void tell(ResolvedEnv env, Stager.Staged staged, double seconds) {
        String kind = env.source() instanceof ResolvedEnv.Archive ? "archive" : "prefix";
        report.info(String.format(
                Locale.ROOT,
                "staged `%s`: %,d files, %s, %.1f s from %s `%s`",
                env.name(),
                staged.files(),
                Sizes.text(staged.bytes()),
                seconds,
                kind,
                env.source().path()));
        staged.notes().forEach(report::warn);
    }

    private Activation activate(StagedEnv env, JobRequest request, JobDirectory job) throws StagingException {
        Activation activation = request.options().activate()
                ? Activator.activate(env, job.stage())
                : Activator.expose(env, job.stage());
        activation.notes().forEach(report::warn);
        return activation;
    }

    private Ready fallBack(JobRequest request, List<ResolvedEnv> resolved, Cleanup cleanup, StagingException failure)
            throws StagingException {
        Optional<Path> original = resolved.stream().findFirst().flatMap(ResolvedEnv::original);
        if (request.options().onFailure() == OnFailure.FAIL || original.isEmpty()) {
            throw failure;
        }
        report.error(failure);
        report.warn("the job runs with the original environment `" + original.get() + "`, from where it is");
        StagedEnv env = StagedEnv.fallback(resolved.get(0).name(), original.get());
        JobDirectory job = cleanup.make(this::emptyDirectory);
        return new Ready(job, activate(env, request, job));
    }

    /** Of the directory where staging failed nothing is kept; where none could be made, one in /tmp has to do. */
    private JobDirectory emptyDirectory() throws StagingException {
        strikeDirectory();
        try {
            return makeDirectory(site.area(host));
        } catch (StagingException e) {
            return makeDirectory(JobArea.inTmp(host.user()));
        }
    }

    private void strike() throws StagingException {
        script.end();
        strikeDirectory();
    }

    private void strikeDirectory() throws StagingException {
        JobArea used = area;
        if (used != null) {
            new Strike(used).strikeOwn();
        }
    }
}
