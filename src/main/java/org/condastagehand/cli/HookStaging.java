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
import org.condastagehand.observe.Course;
import org.condastagehand.observe.Outcome;
import org.condastagehand.request.JobRequest;
import org.condastagehand.resolve.ResolvedEnv;
import org.condastagehand.stage.StagedEnv;

/**
 * What the prolog of any scheduler does in {@code TMPDIR/conda-stage}, which its shell has made.
 *
 * <p>The scripts for the worst case are there before anything can hang: the shell kills this program when its time is
 * up, and what the job then finds must be right.
 */
final class HookStaging {
    private final Host host;
    private final Site site;
    private final Report report;
    private final Optional<String> fault;
    private final Path tmpdir;
    private final Course course;

    /**
     * @param fault why nothing can be staged on this node, as the hook's shell found out: the job gets what it would
     *     after a failure
     */
    HookStaging(Host host, Site site, Report report, Optional<String> fault) throws BadRequest {
        this.host = host;
        this.site = site;
        this.report = report;
        this.fault = fault;
        this.course = new Course(host.clock());
        this.tmpdir = host.variable("TMPDIR")
                .filter(path -> path.startsWith("/"))
                .map(Path::of)
                .orElseThrow(() -> new BadRequest("this is no job of a scheduler: it has no TMPDIR"));
    }

    /**
     * Stages what is asked for, or leaves the scripts for the original environment.
     *
     * @param elsewhere throw a fault of this node instead: another node may do better
     * @param written called each time when scripts have been written
     * @return false if the account that keeps the site's environments is to run first, and this program after it once more
     */
    boolean stage(JobRequest request, boolean elsewhere, EnvStaging.Written written) throws StagingException {
        EnvStaging staging = new EnvStaging(host, site, report, request, written, true, course);
        List<ResolvedEnv> resolved = new ArrayList<>(staging.resolve());
        JobDirectory job = JobDirectory.in(tmpdir);
        Optional<StagedEnv> original = staging.fallback(resolved);
        if (original.isPresent()) {
            staging.activate(original.get(), job);
        } else {
            Activator.refuse("staging `" + request.first() + "` did not come to its end", directory());
        }
        Course.Verdict worst = original.isPresent() ? Course.Verdict.FALLBACK : Course.Verdict.FAILED;
        Outcome.write(directory(), course.line(worst, "staging did not come to its end"));
        try {
            if (fault.isPresent()) {
                throw new NodeFault(fault.get());
            }
            if (staging.wantsOfSite(resolved)) {
                strike();
                return false;
            }
            staging.stage(resolved, job);
            Outcome.write(directory(), course.line());
        } catch (StagingException e) {
            if (original.isEmpty() || (elsewhere && e instanceof NodeFault)) {
                throw e;
            }
            strike();
            staging.fallBack(original.get(), e, job);
            Outcome.write(directory(), course.line(Course.Verdict.FALLBACK, e));
        }
        return true;
    }

    /** Leaves scripts that say why there is no environment. */
    void refuse(StagingException failure) throws StagingException {
        strike();
        String hint = failure.hint().map(text -> " (" + text + ")").orElse("");
        Activator.refuse(failure.getMessage() + hint, directory());
        Outcome.write(directory(), course.line(Course.Verdict.FAILED, failure));
    }

    /** Leaves the job to be queued again. */
    void giveUp(StagingException failure) throws StagingException {
        strike();
        Outcome.write(directory(), course.line(Course.Verdict.REQUEUED, failure));
    }

    /** What looked like a request was none: the job is none of ours. */
    void forget() throws NodeFault {
        try {
            if (Files.isDirectory(directory(), LinkOption.NOFOLLOW_LINKS)) {
                Files.delete(directory());
            }
        } catch (IOException e) {
            throw new NodeFault("cannot delete `" + directory() + "`", e);
        }
    }

    void strike() throws NodeFault {
        Path envs = directory().resolve("envs");
        try {
            FileTree.delete(envs);
        } catch (IOException e) {
            throw new NodeFault("cannot strike `" + envs + "`", e);
        }
    }

    /** The job's own directory on the node. */
    Path tmpdir() {
        return tmpdir;
    }

    Path directory() {
        return tmpdir.resolve("conda-stage");
    }
}
