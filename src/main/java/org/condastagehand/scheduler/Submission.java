package org.condastagehand.scheduler;

import java.nio.file.Path;
import java.util.Optional;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Host;
import org.condastagehand.request.Request;

/**
 * What a real scheduler would have of a job script that is submitted from here, for people who ask before they do: to each
 * the other's directives are comments. A variable counts for neither, for only an option or a plug-in lets it travel.
 */
public final class Submission {
    private final Path directory;
    private final RequestOrder order;

    public Submission(Host host, SiteConfig site) {
        this.directory = host.directory();
        this.order = new RequestOrder(host, site);
    }

    /** Who is submitted to, by the command that does it. */
    public enum To {
        QSUB("#$ -l conda_env=NAME"),
        SBATCH("#SBATCH --conda-env=NAME");

        private final String line;

        To(String line) {
            this.line = line;
        }

        private Optional<Asked> directive(JobScript script) throws BadRequest {
            return this == QSUB ? GridEngineDirectives.find(script) : SlurmDirectives.find(script);
        }
    }

    /** In one line what becomes of the job. */
    public String outcome(To scheduler, Path path) throws BadRequest {
        JobScript script = JobScript.read(directory.resolve(path), path.toString());
        Request request = order.decide(scheduler.directive(script), directory).request();
        if (request instanceof Request.Wanted wanted) {
            return "staged, by " + wanted.job().askedBy();
        }
        return request instanceof Request.TurnedOff off
                ? "not staged: turned off by " + off.by()
                : "not staged: it has no line `" + scheduler.line + "`";
    }
}
