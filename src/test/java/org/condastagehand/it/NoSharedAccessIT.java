package org.condastagehand.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What staging is for: a program of the environment starts without one look at where the environment came from. */
class NoSharedAccessIT {
    @RegisterExtension
    static final Sandbox SANDBOX = new Sandbox();

    private static Path envs;

    @BeforeAll
    static void installEnvironments() {
        envs = SANDBOX.home().resolve(".conda/envs");
        CondaEnv.small().install(envs.resolve("demo"), SANDBOX.user());
        CondaEnv.small().install(envs.resolve("packed"), SANDBOX.user());
        CondaEnv.small().pack(envs.resolve("packed.tar.gz"), SANDBOX.user());
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "packed"})
    void aStagedProgramStartsFromLocalDiskAlone(String env) throws IOException {
        assumeTrue(Strace.works(), "strace is missing or not permitted here");
        Path trace = SANDBOX.work().resolve("trace");
        Path script = SANDBOX.file(
                "job.sh",
                "#!/bin/sh",
                "exec strace -f -o '" + trace + "' -e trace=%file sh -c 'tool; binary-prefix; python3'");

        Ran ran =
                SANDBOX.stagehand("run", "--env", env, script.toString()).run().endedWith(0);

        assertThat(ran.lines())
                .hasSize(3)
                .allMatch(line -> line.contains(SANDBOX.area().toString()));
        List<String> calls = Files.readAllLines(trace);
        assertThat(calls).anyMatch(line -> line.contains("/envs/" + env + "/bin/tool"));
        assertThat(calls).noneMatch(line -> line.contains(envs.toString()));
    }

    @Test
    void nothingInTheStagedCopyNamesTheOriginal() {
        Path script = SANDBOX.file(
                "job.sh",
                "#!/bin/sh",
                "grep -rlaF '" + envs + "' \"$CONDA_PREFIX\"; find \"$CONDA_PREFIX\" -lname '/*'");

        Ran ran = SANDBOX.stagehand("run", "--env", "demo", script.toString()).run();

        assertThat(ran.out()).isEmpty();
    }
}
