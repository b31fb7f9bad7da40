package org.condastagehand.cli;

import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;
import org.condastagehand.request.Request;
import org.condastagehand.scheduler.GridEngine;
import org.condastagehand.scheduler.GridEngineSpool;
import org.condastagehand.scheduler.Reading;
import org.condastagehand.scheduler.Verdict;

/**
 * What the prolog of Grid Engine has done when its shell has found that the job may ask for something and has made
 * {@code TMPDIR/conda-stage}. The starter reads nothing but the activation script in it.
 */
final class GridEngineProlog {
    private final Host host;
    private final Site site;
    private final Report report;
    private final HookStaging staging;

    /**
     * @param fault why nothing can be staged on this node: the job gets what it would after a failure
     */
    GridEngineProlog(Host host, Site site, Report report, Optional<String> fault) throws BadRequest {
        this.host = host;
        this.site = site;
        this.report = report;
        this.staging = new HookStaging(host, site, report, fault);
    }

    /**
     * Stages what the job asks for, and says what is to become of the job.
     *
     * @return the exit status for the hook's shell
     */
    int run() throws StagingException {
        boolean requeue = site.config().sge().requeue() && isFirstStart();
        try {
            Reading reading = new GridEngine(host, site.config()).read();
            reading.notes().forEach(report::warn);
            if (reading.request() instanceof Request.Wanted wanted) {
                OwnRecord.keep(host, site, staging.tmpdir());
                if (!staging.stage(wanted.job(), requeue, (activation, env) -> {})) {
                    return ExitCode.AFTER_ACCOUNT;
                }
            } else {
                staging.forget();
            }
            return Verdict.RUN.ofGridEngine();
        } catch (StagingException e) {
            Verdict verdict = requeue && e instanceof NodeFault ? requeue(e) : refuse(e);
            return verdict.ofGridEngine();
        }
    }

    /** Grid Engine's own word, which no submitter can set: 1 after any start of the job, one that a prolog ended too. */
    private boolean isFirstStart() {
        return host.variable("RESTARTED").filter("0"::equals).isPresent();
    }

    private Verdict requeue(StagingException failure) throws StagingException {
        staging.giveUp(failure);
        report.error(failure);
        report.warn("the job is queued again, once");
        return Verdict.REQUEUE;
    }

    /** The reason stands where the job's own output is: the starter prints it. Where there is no starter, here. */
    private Verdict refuse(StagingException failure) throws StagingException {
        staging.refuse(failure);
        GridEngineSpool spool = GridEngineSpool.of(host);
        if (spool.isInteractive() || spool.hasOurStarter()) {
            return Verdict.FAIL_IN_JOB;
        }
        report.error(failure);
        return Verdict.PARK;
    }
}
