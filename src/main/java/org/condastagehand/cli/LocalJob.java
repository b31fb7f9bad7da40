package org.condastagehand.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.condastagehand.activate.Activation;
import org.condastagehand.host.Host;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;
import org.condastagehand.job.JobArea;
import org.condastagehand.job.JobDirectory;
import org.condastagehand.request.JobRequest;
import org.condastagehand.resolve.ResolvedEnv;
import org.condastagehand.stage.StagedEnv;
import org.condastagehand.sweep.Strike;
import org.jspecify.annotations.Nullable;

/** One job of the embedded scheduler, from its request to the strike. */
final class LocalJob {
    private final Host host;
    private final Site site;
    private final Report report;
    private final RunningScript script = new RunningScript();
    private volatile @Nullable JobArea area;
    private volatile @Nullable JobDirectory directory;

    LocalJob(Host host, Site site, Report report) {
        this.host = host;
        this.site = site;
        this.report = report;
    }

    /** Stages, runs the command with the environment active, strikes; the exit status is the command's. */
    int run(JobRequest request, List<String> command) throws StagingException {
        try (Cleanup cleanup = new Cleanup(report, this::strike)) {
            Ready ready = ready(new EnvStaging(host, site, report, request), cleanup);
            Keeping.begin(ready.job(), host, site);
            Map<String, String> variables = Map.of("TMPDIR", ready.job().path().toString());
            return script.run(cleanup, ready.activation().starter(command), variables, host);
        }
    }

    /** A job whose script can start. */
    private record Ready(JobDirectory job, Activation activation) {}

    private Ready ready(EnvStaging staging, Cleanup cleanup) throws StagingException {
        List<ResolvedEnv> resolved = new ArrayList<>();
        try {
            resolved.addAll(staging.resolve());
            JobDirectory job = cleanup.make(() -> makeDirectory(site.area(host)));
            return new Ready(job, staging.stage(resolved, job));
        } catch (StagingException e) {
            Optional<StagedEnv> original = staging.fallback(resolved);
            if (original.isEmpty()) {
                throw e;
            }
            JobDirectory job = cleanup.make(this::emptyDirectory);
            return new Ready(job, staging.fallBack(original.get(), e, job));
        }
    }

    private JobDirectory makeDirectory(JobArea where) throws StagingException {
        area = where;
        JobDirectory made = JobDirectory.make(where, site.node(), host.user());
        directory = made;
        return made;
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
        JobDirectory struck = directory;
        if (struck != null) {
            site.cacheArea(host).release(struck.path());
        }
    }
}
