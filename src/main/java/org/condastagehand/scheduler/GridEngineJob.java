package org.condastagehand.scheduler;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Host;

/**
 * Which of Grid Engine's jobs this is.
 *
 * @param task the number of its task, in an array job
 */
record GridEngineJob(String number, Optional<String> task) {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,20}");

    GridEngineJob {
        if (!isNumber(number) || !task.map(GridEngineJob::isNumber).orElse(true)) {
            throw new IllegalArgumentException("job id is not NUMBER or NUMBER.TASK: `" + number
                    + task.map(text -> "." + text).orElse("") + "`");
        }
    }

    /** The one that this process belongs to. */
    static GridEngineJob of(Host host) throws BadRequest {
        try {
            return new GridEngineJob(
                    host.variable("JOB_ID").orElse(""),
                    host.variable("SGE_TASK_ID").filter(task -> !task.equals("undefined")));
        } catch (IllegalArgumentException e) {
            throw new BadRequest("this is no Grid Engine job: " + e.getMessage());
        }
    }

    /**
     * Where execd has its own copy of the job: {@code jobs/00/0000/0014.1} for job 14, ten digits, cut after two and six.
     *
     * @param spool the job's directory in {@code active_jobs}
     */
    Path execdCopy(Path spool) {
        String digits = String.format(Locale.ROOT, "%010d", Long.parseLong(number));
        return spool.resolve("../../jobs")
                .normalize()
                .resolve(digits.substring(0, 2))
                .resolve(digits.substring(2, 6))
                .resolve(digits.substring(6) + "." + task.orElse("1"));
    }

    private static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches();
    }
}
