package org.condastagehand.sweep;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.condastagehand.job.HookRecord;

/** Grid Engine's execd has a directory for a job in its {@code active_jobs} as long as the job is not over on this node. */
public final class ExecdSpool {
    private ExecdSpool() {}

    /** Which of root's records are of jobs that execd has no more. */
    public static Predicate<HookRecord> over() {
        return record -> lacks(Path.of(record.value("spool")));
    }

    /** Whether {@code active_jobs} can be read, and lacks the job: no answer is no proof. */
    static boolean lacks(Path job) {
        Path activeJobs = job.getParent();
        if (activeJobs == null || !job.isAbsolute()) {
            return false;
        }
        try (DirectoryStream<Path> jobs = Files.newDirectoryStream(activeJobs)) {
            for (Path one : jobs) {
                if (one.equals(job)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
