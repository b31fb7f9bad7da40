package org.condastagehand.cli;

import java.util.Optional;
import org.condastagehand.activate.TaskProlog;
import org.condastagehand.host.Host;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;
import org.condastagehand.request.Request;
import org.condastagehand.scheduler.Reading;
import org.condastagehand.scheduler.Slurm;

/**
 * What Slurm's Prolog has done on each node when its shell has found that the job may ask for something and has made the
 * job's directory. What is said goes to a file that the task-prolog prints; a job that has no {@code task-prolog} there is
 * failed by it.
 */
final class SlurmProlog {
    private final Host host;
    private final Site site;
    private final Report report;
    private final HookStaging staging;

    SlurmProlog(Host host, Site site, Report report, Optional<String> fault) throws StagingException {
        this.host = host;
        this.site = site;
        this.report = report;
        this.staging = new HookStaging(host, site, report, fault);
    }

    /**
     * Stages what the job asks for; the node's verdict is always that the job may start.
     *
     * @return the exit status for the hook's shell
     */
    int run() throws StagingException {
        try {
            Reading reading = new Slurm(host, site.config()).read();
            reading.notes().forEach(report::warn);
            if (reading.request() instanceof Request.Wanted wanted) {
                if (!staging.stage(wanted.job(), false, TaskProlog::write)) {
                    return ExitCode.AFTER_ACCOUNT;
                }
            } else {
                TaskProlog.writeNothing(staging.directory());
            }
        } catch (StagingException e) {
            staging.refuse(e);
            report.error(e);
        }
        return ExitCode.DONE;
    }
}
