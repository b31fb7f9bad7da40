package org.condastagehand.scheduler;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Exec;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.request.Request;

/**
 * A Grid Engine job at the time of its prolog. What it was told with {@code -l conda_env=…} stands in no variable: it is
 * in execd's own copy of the job, else the qmaster knows it ({@code qstat}), else the script's directives may say it.
 */
public final class GridEngine {
    private static final Duration QSTAT_LIMIT = Duration.ofSeconds(10);

    private final Host host;
    private final SiteConfig site;
    private final RequestOrder order;

    public GridEngine(Host host, SiteConfig site) {
        this.host = host;
        this.site = site;
        this.order = new RequestOrder(host, site);
    }

    /** Reads the request; the working directory is the job's. */
    public Reading read() throws BadRequest {
        Optional<Reading> off = order.mainSwitch();
        if (off.isPresent()) {
            return off.get();
        }
        GridEngineJob job = GridEngineJob.of(host);
        ExecdJobCopy.Answer copy = ExecdJobCopy.read(job.execdCopy(spool()));
        if (copy instanceof ExecdJobCopy.Answer.Value value) {
            return order.decide(Optional.of(asked(value.value())), host.directory());
        }
        if (copy instanceof ExecdJobCopy.Answer.NotAsked) {
            return order.decide(order.variable(), host.directory());
        }
        return withoutCopy(job);
    }

    /**
     * Reads the request on a host that no prolog reaches, for a process that a parallel job has there. What the job was
     * told comes first, then what that process knows: the environment that it inherited from the job's first host, or
     * the one that its own command line names.
     */
    public Reading readForRank() throws BadRequest {
        Reading reading = read();
        if (!(reading.request() instanceof Request.Nothing)) {
            return reading;
        }
        Optional<Asked> known = host.variable("CONDA_STAGE_SOURCE")
                .map(value -> new Asked(value, "CONDA_STAGE_SOURCE", ""))
                .or(() -> host.variable("CONDA_STAGE_EXEC_ENV").map(value -> new Asked(value, "--env", "")));
        return known.isPresent() ? order.decide(known, host.directory()) : reading;
    }

    /** A JSV may have put the request into the job's variables; the qmaster is asked only where none did. */
    private Reading withoutCopy(GridEngineJob job) throws BadRequest {
        Optional<Asked> asked = order.variable();
        if (asked.isPresent()) {
            return order.decide(asked, host.directory());
        }
        Optional<String> answer = site.sge().qstat() ? qstat(job) : Optional.empty();
        if (answer.isPresent()) {
            return order.decide(QstatAnswer.value(answer.get()).map(this::asked), host.directory());
        }
        Optional<Path> script = host.variable("JOB_SCRIPT").map(Path::of).filter(Files::isReadable);
        if (script.isPresent()) {
            return order.decide(
                    GridEngineDirectives.find(JobScript.read(script.get(), "the job script")), host.directory());
        }
        return order.decide(Optional.empty(), host.directory())
                .withNote("what this job asked for with `-l` could not be read on this node");
    }

    private Asked asked(String value) {
        return new Asked(value, "-l " + GridEngineDirectives.COMPLEX, "");
    }

    /** The job's directory in execd's {@code active_jobs}. */
    private Path spool() {
        return Path.of(host.variable("SGE_JOB_SPOOL_DIR").orElse("/nonexistent/active_jobs/0.0"));
    }

    private Optional<String> qstat(GridEngineJob job) {
        try {
            Exec.Result result = host.exec().run(List.of("qstat", "-xml", "-j", job.number()), QSTAT_LIMIT);
            return result.status() == 0 ? Optional.of(result.out()) : Optional.empty();
        } catch (NodeFault e) {
            return Optional.empty(); // no submit host, or no qmaster: the next source may still tell
        }
    }
}
