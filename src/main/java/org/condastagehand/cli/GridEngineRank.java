package org.condastagehand.cli;

import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Host;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;
import org.condastagehand.request.Request;
import org.condastagehand.scheduler.GridEngine;
import org.condastagehand.scheduler.Reading;

/**
 * What {@code exec} has done once on a host where a parallel job has tasks but no prolog. Its shell has made
 * {@code TMPDIR/conda-stage} and lets nobody else in; the ranks then source what is there, whatever it says.
 */
final class GridEngineRank {
    /** What the job asks for turned out to be nothing: its ranks run as they are. */
    static final int NOTHING_ASKED = 3;

    private final Host host;
    private final Site site;
    private final Report report;
    private final HookStaging staging;

    /**
     * @param fault why nothing can be staged on this node: the ranks get what they would after a failure
     */
    GridEngineRank(Host host, Site site, Report report, Optional<String> fault) throws BadRequest {
        this.host = host;
        this.site = site;
        this.report = report;
        this.staging = new HookStaging(host, site, report, fault);
    }

    /** Stages what the job asks for; the exit status is for the shell. */
    int run() throws StagingException {
        try {
            Reading reading = new GridEngine(host, site.config()).readForRank();
            reading.notes().forEach(report::warn);
            if (!(reading.request() instanceof Request.Wanted wanted)) {
                return NOTHING_ASKED;
            }
            OwnRecord.keepForRank(host, site, staging.tmpdir());
            staging.stage(wanted.job(), false, (activation, env) -> {});
        } catch (StagingException e) {
            staging.refuse(e);
        }
        return ExitCode.DONE;
    }
}
