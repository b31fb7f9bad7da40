package org.condastagehand.sweep;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.condastagehand.host.Exec;
import org.condastagehand.host.NodeFault;
import org.condastagehand.job.HookRecord;

/**
 * Which jobs Slurm has on this node, in any state that is not an end: one question to slurmctld for all of them. slurmd's
 * own spool proves nothing, since an allocation without a step has no file there.
 */
public final class SlurmQueue {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String LIVE = "pending,configuring,running,suspended,completing,requeued,resizing,signaling,"
            + "stage_out,stopped,special_exit,resv_del_hold,requeue_fed,requeue_hold,revoked";

    private SlurmQueue() {}

    /** Asks; a queue that does not answer proves nothing. */
    public static Predicate<HookRecord> over(Exec exec) {
        try {
            Exec.Result result =
                    exec.run(List.of("squeue", "--noheader", "--all", "--states=" + LIVE, "--format=%A"), LIMIT);
            if (result.status() != 0) {
                return record -> false;
            }
            Set<String> live = result.out().lines().map(String::strip).collect(Collectors.toSet());
            return record -> !record.value("job").isEmpty() && !live.contains(record.value("job"));
        } catch (NodeFault e) {
            return record -> false;
        }
    }
}
