package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.condastagehand.activate.Activator;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;
import org.condastagehand.job.JobDirectory;
import org.condastagehand.request.JobRequest;
import org.condastagehand.request.Request;
import org.condastagehand.resolve.ResolvedEnv;
import org.condastagehand.scheduler.GridEngine;
import org.condastagehand.scheduler.GridEngineSpool;
import org.condastagehand.scheduler.Reading;
import org.condastagehand.scheduler.Verdict;
import org.condastagehand.stage.StagedEnv;

/**
 * What the prolog of Grid Engine has done when its shell has found that the job may ask for something and has made
 * {@code TMPDIR/conda-stage}. The starter reads nothing but the activation script in it.
 */
final class GridEngineProlog {
    private final Host host;
    private final Site site;
    private final Report report;
    private final Optional<String> fault;
    private final Path tmpdir;

    /**
     * @param fault why nothing can be staged on this node: the job gets what it would after a failure
     */
    GridEngineProlog(Host host, Site site, Report report, Optional<String> fault) throws BadRequest {
        this.host = host;
        this.site = site;
        this.report = report;
        this.fault = fault;
        this.tmpdir = host.variable("TMPDIR")
                .filter(path -> path.startsWith("/"))
                .map(Path::of)
                .orElseThrow(() -> new BadRequest("this is no Grid Engine job: it has no TMPDIR"));
    }

    /** Stages what the job asks for, and says what is to become of the job. */
    Verdict run() throws StagingException {
        Path stage = tmpdir.resolve("conda-stage");
        try {
            Reading reading = new GridEngine(host, site.config()).read();
            reading.notes().forEach(report::warn);
            if (reading.request() instanceof Request.Wanted wanted) {
                return stage(wanted.job(), stage);
            }
            forget(stage);
            return Verdict.RUN;
        } catch (StagingException e) {
            return refuse(e, stage);
        }
    }

    /**
     * The scripts for the worst case are there before anything can hang: the hook's shell kills this program when its
     * time is up, and what the starter then finds must be right.
     */
    private Verdict stage(JobRequest request, Path stage) throws StagingException {
        EnvStaging staging = new EnvStaging(host, site, report, request);
        List<ResolvedEnv> resolved = new ArrayList<>(staging.resolve());
        JobDirectory job = JobDirectory.in(tmpdir);
        Optional<StagedEnv> original = staging.fallback(resolved);
        if (original.isPresent()) {
            staging.activate(original.get(), job);
        } else {
            Activator.refuse("staging `" + request.first() + "` did not come to its end", stage);
        }
        try {
            if (fault.isPresent()) {
                throw new NodeFault(fault.get());
            }
            staging.stage(resolved, job);
        } catch (StagingException e) {
            if (e instanceof NodeFault && site.config().sge().requeue() && isFirstStart()) {
                strike(job.envs());
                report.error(e);
                report.warn("the job is queued again, once");
                return Verdict.REQUEUE;
            }
            if (original.isEmpty()) {
                throw e;
            }
            strike(job.envs());
            staging.fallBack(original.get(), e, job);
        }
        return Verdict.RUN;
    }

    /** Grid Engine's own word, which no submitter can set: 1 after any start of the job, one that a prolog ended too. */
    private boolean isFirstStart() {
        return host.variable("RESTARTED").filter("0"::equals).isPresent();
    }

    /** The reason stands where the job's own output is: the starter prints it. Where there is no starter, here. */
    private Verdict refuse(StagingException failure, Path stage) throws StagingException {
        strike(stage.resolve("envs"));
        String hint = failure.hint().map(text -> " (" + text + ")").orElse("");
        Activator.refuse(failure.getMessage() + hint, stage);
        GridEngineSpool spool = GridEngineSpool.of(host);
        if (spool.isInteractive() || spool.hasOurStarter()) {
            return Verdict.FAIL_IN_JOB;
        }
        report.error(failure);
        return Verdict.PARK;
    }

    /** What looked like a request was none: the job is none of ours. */
    private static void forget(Path stage) throws NodeFault {
        try {
            if (Files.isDirectory(stage, LinkOption.NOFOLLOW_LINKS)) {
                Files.delete(stage);
            }
        } catch (IOException e) {
            throw new NodeFault("cannot delete `" + stage + "`", e);
        }
    }

    private static void strike(Path envs) throws NodeFault {
        try {
            FileTree.delete(envs);
        } catch (IOException e) {
            throw new NodeFault("cannot strike `" + envs + "`", e);
        }
    }
}
