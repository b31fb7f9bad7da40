package org.condastagehand.scheduler;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Exec;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.request.JobId;
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

    /** The job's number, and its task's in an array job. */
    public JobId job() throws BadRequest {
        String number = host.variable("JOB_ID").orElse("");
        String task = task();
        try {
            return new JobId(task.isEmpty() ? number : number + "." + task);
        } catch (IllegalArgumentException e) {
            throw new BadRequest("this is no Grid Engine job: " + e.getMessage());
        }
    }

    /** Reads the request; the working directory is the job's. */
    public Reading read() throws BadRequest {
        Optional<Reading> off = order.mainSwitch();
        if (off.isPresent()) {
            return off.get();
        }
        ExecdJobCopy.Answer copy = ExecdJobCopy.read(execdCopy());
        if (copy instanceof ExecdJobCopy.Answer.Value value) {
            return order.decide(Optional.of(asked(value.value())), host.directory());
        }
        if (copy instanceof ExecdJobCopy.Answer.NotAsked) {
            return order.decide(order.variable(), host.directory());
        }
        return withoutCopy();
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
    private Reading withoutCopy() throws BadRequest {
        Optional<Asked> asked = order.variable();
        if (asked.isPresent()) {
            return order.decide(asked, host.directory());
        }
        Optional<String> answer = site.sge().qstat() ? qstat() : Optional.empty();
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

    /** {@code jobs/00/0000/0014.1} for job 14: ten digits, cut after two and six. */
    private Path execdCopy() throws BadRequest {
        JobId job = job();
        String[] parts = job.value().split("\\.", -1);
        String number = String.format(Locale.ROOT, "%010d", Long.parseLong(parts[0]));
        String task = parts.length > 1 ? parts[1] : "1";
        Path spool = Path.of(host.variable("SGE_JOB_SPOOL_DIR").orElse("/nonexistent/active_jobs/0.0"));
        return spool.resolve("../../jobs")
                .normalize()
                .resolve(number.substring(0, 2))
                .resolve(number.substring(2, 6))
                .resolve(number.substring(6) + "." + task);
    }

    private Optional<String> qstat() {
        try {
            String number = job().value().split("\\.", -1)[0];
            Exec.Result result = host.exec().run(List.of("qstat", "-xml", "-j", number), QSTAT_LIMIT);
            return result.status() == 0 ? Optional.of(result.out()) : Optional.empty();
        } catch (NodeFault | BadRequest e) {
            return Optional.empty(); // no submit host, or no qmaster: the next source may still tell
        }
    }

    private String task() {
        return host.variable("SGE_TASK_ID")
                .filter(task -> !task.equals("undefined"))
                .orElse("");
    }
}
