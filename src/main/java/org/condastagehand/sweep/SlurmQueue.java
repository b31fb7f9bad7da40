package org.condastagehand.sweep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.condastagehand.host.Exec;
import org.condastagehand.host.NodeFault;
import org.condastagehand.job.HookRecord;

/**
 * Which jobs Slurm has in any state that is not an end: one question to the slurmctld of each cluster for every thousand jobs here.
 * slurmd's own spool proves nothing, since an allocation without a step has no file there.
 */
public final class SlurmQueue {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Jobs in one question: the kernel takes 128 KiB in one argument, a number has up to ten digits. */
    private static final int TOGETHER = 1000;

    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,9}");
    private static final String LIVE = "pending,configuring,running,suspended,completing,requeued,resizing,signaling,"
            + "stage_out,stopped,special_exit,resv_del_hold,requeue_fed,requeue_hold,revoked";

    private SlurmQueue() {}

    /** Asks; a queue that does not answer proves nothing. */
    public static Predicate<HookRecord> over(Exec exec, List<HookRecord> suspects) {
        Map<String, List<HookRecord>> clusters = new TreeMap<>();
        suspects.stream()
                .filter(record -> NUMBER.matcher(record.value("job")).matches())
                .forEach(record -> clusters.computeIfAbsent(record.value("conf"), conf -> new ArrayList<>())
                        .add(record));
        Set<HookRecord> over = new HashSet<>();
        clusters.forEach((conf, records) -> {
            for (int from = 0; from < records.size(); from += TOGETHER) {
                List<HookRecord> some = records.subList(from, Math.min(records.size(), from + TOGETHER));
                over.addAll(overIn(conf, some, exec));
            }
        });
        return over::contains;
    }

    private static List<HookRecord> overIn(String conf, List<HookRecord> records, Exec exec) {
        // The first stands there twice: one number alone would be looked up by itself, and to have no such job would be
        // an error. Not without --jobs either: an answer about all may be longer than an Exec's.
        String jobs = records.stream().map(record -> record.value("job")).collect(Collectors.joining(","));
        List<String> command = new ArrayList<>(List.of("/usr/bin/env"));
        if (!conf.isEmpty()) {
            command.add("SLURM_CONF=" + conf);
        }
        command.addAll(List.of("squeue", "--noheader", "--all", "--states=" + LIVE, "--format=%A"));
        command.add("--jobs=" + jobs + "," + records.get(0).value("job"));
        try {
            Exec.Result result = exec.run(command, LIMIT);
            if (result.status() != 0) {
                return List.of();
            }
            Set<String> live = result.out().lines().map(String::strip).collect(Collectors.toSet());
            return records.stream()
                    .filter(record -> !live.contains(record.value("job")))
                    .toList();
        } catch (NodeFault e) {
            return List.of();
        }
    }
}
