package org.condastagehand.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.condastagehand.host.Exec;
import org.condastagehand.host.NodeFault;
import org.condastagehand.job.HookRecord;
import org.junit.jupiter.api.Test;

class SlurmQueueTest {
    /** What the kernel takes in one argument. */
    private static final int MAX_ARG_STRLEN = 131072;

    private static final List<HookRecord> SUSPECTS = IntStream.range(0, 20_000)
            .mapToObj(i -> new HookRecord(
                    Path.of("/records/" + i),
                    Map.of("job", Integer.toString(1_000_000_000 + i), "conf", "/etc/slurm.conf")))
            .toList();

    @Test
    void asksForThousandsInArgumentsThatTheKernelTakes() {
        List<String> asked = new ArrayList<>();
        Exec squeue = (command, limit) -> {
            asked.addAll(command);
            return new Exec.Result(0, "1000000007\n", "");
        };

        Predicate<HookRecord> over = SlurmQueue.over(squeue, SUSPECTS);

        assertThat(asked).allMatch(argument -> argument.length() < MAX_ARG_STRLEN);
        assertThat(SUSPECTS.stream().filter(over.negate()))
                .extracting(record -> record.value("job"))
                .containsExactly("1000000007");
    }

    @Test
    void aQuestionWithoutAnAnswerProvesNothingOfItsJobs() {
        Exec busy = (command, limit) -> {
            String jobs = command.get(command.size() - 1);
            if (jobs.contains("=1000000000,")) {
                throw new NodeFault("`squeue` did not end within 20 s");
            }
            return new Exec.Result(jobs.contains("=1000001000,") ? 1 : 0, "", "");
        };

        Predicate<HookRecord> over = SlurmQueue.over(busy, SUSPECTS);

        assertThat(SUSPECTS.subList(0, 2000)).noneMatch(over);
        assertThat(SUSPECTS.subList(2000, 20_000)).allMatch(over);
    }
}
