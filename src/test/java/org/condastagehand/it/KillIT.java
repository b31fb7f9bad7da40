package org.condastagehand.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * SIGKILL at every system call that changes the file system: strace delivers it as the N-th one begins, for each N until
 * the program ends unharmed; of calls that are many alike, every so many. Whatever was reached by then, the sweep leaves nothing.
 */
class KillIT {
    @RegisterExtension
    static final Sandbox SANDBOX = new Sandbox();

    private static final Duration SOON = Duration.ofMinutes(3);
    private static final int KILLED = 137;

    @BeforeAll
    static void installEnvironment() {
        CondaEnv.small().install(SANDBOX.home().resolve(".conda/envs/demo"), SANDBOX.user());
    }

    @BeforeEach
    void strace() {
        assumeTrue(Strace.works(), "strace is missing or not permitted here");
    }

    private static Ran killed(String calls, int when, String... arguments) {
        Ran ran = SANDBOX.stagehand(arguments)
                .under(List.of(
                        "strace",
                        "-f",
                        "--seccomp-bpf", // no stop at all the other calls
                        "-o",
                        "/dev/null",
                        "-e",
                        "trace=" + calls,
                        "-e",
                        "inject=" + calls + ":signal=SIGKILL:when=" + when))
                .in(SANDBOX.work())
                .start()
                .await(SOON);
        assertThat(ran.status()).as(ran.err()).isIn(0, KILLED);
        Wait.until("the end of the script", () -> SANDBOX.processes().isEmpty());
        return ran;
    }

    private static void sweep() {
        SANDBOX.stagehand("sweep").run().endedWith(0).saidNoError();
        assertThat(SANDBOX.area()).doesNotExist();
        assertThat(Path.of("/tmp/conda-stagehand-" + SANDBOX.user().uid())).doesNotExist();
    }

    private static Set<String> namesIn(Path directory) throws IOException {
        try (var names = Files.list(directory)) {
            return new TreeSet<>(
                    names.map(name -> String.valueOf(name.getFileName())).toList());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'mkdir,mkdirat', 1",
        "'rename,renameat,renameat2', 1",
        "'symlink,symlinkat,link,linkat', 1",
        "'chmod,fchmod,fchmodat', 4",
        "'unlink,unlinkat,rmdir', 4",
        "'fsync,fdatasync', 1",
        "'utimensat,utimes', 6",
        "'openat', 61"
    })
    void run(String calls, int step) throws IOException {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "exit 0");
        Set<String> before = namesIn(SANDBOX.work());
        int kills = 0;

        for (int when = 1;
                killed(calls, when, "run", "--env", "demo", script.toString()).status() == KILLED;
                when += step) {
            sweep();
            kills++;
        }

        assertThat(kills).as("kills").isPositive();
        assertThat(namesIn(SANDBOX.work())).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "'mkdir,mkdirat', 1",
        "'rename,renameat,renameat2', 1",
        "'chmod,fchmod,fchmodat', 5",
        "'unlink,unlinkat,rmdir', 1",
        "'fsync,fdatasync', 1",
        "'openat', 83"
    })
    void stage(String calls, int step) throws IOException {
        Path directory = SANDBOX.work().resolve("mine");
        int kills = 0;

        for (int when = 1;
                killed(calls, when, "stage", "demo", "--to", directory.toString())
                                .status()
                        == KILLED;
                when += step) {
            sweep();
            kills++;
            wholeOrNothing(directory);
        }

        assertThat(kills).as("kills").isPositive();
        wholeOrNothing(directory);
    }

    @ParameterizedTest
    @CsvSource({
        "'mkdir,mkdirat', 1",
        "'rename,renameat,renameat2', 1",
        "'unlink,unlinkat,rmdir', 1",
        "'fsync,fdatasync', 1",
        "'openat', 83"
    })
    void unstage(String calls, int step) throws IOException {
        Path directory = SANDBOX.work().resolve("mine");
        int kills = 0;

        for (int when = 1; ; when += step) {
            SANDBOX.stagehand("stage", "demo", "--to", directory.toString())
                    .run()
                    .endedWith(0);
            boolean unharmed =
                    killed(calls, when, "unstage", directory.toString()).status() == 0;
            sweep();
            wholeOrNothing(directory);
            if (unharmed) {
                break;
            }
            kills++;
        }

        assertThat(kills).as("kills").isPositive();
    }

    /** Whole means that it can be used and that {@code unstage} takes it away again. */
    private static void wholeOrNothing(Path directory) throws IOException {
        if (Files.exists(directory)) {
            String python = directory.resolve("bin/tool").toString();
            assertThat(SANDBOX.asUser(python).run().endedWith(0).out()).startsWith("python of " + directory + ":");
            SANDBOX.stagehand("unstage", directory.toString())
                    .run()
                    .endedWith(0)
                    .saidNoError();
        }
        assertThat(namesIn(directory.getParent())).isEmpty();
    }
}
