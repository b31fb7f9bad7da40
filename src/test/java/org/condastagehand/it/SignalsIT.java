package org.condastagehand.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A signal ends {@code run} at any moment, and with it all that belongs to it; the sandbox looks for what is left. */
class SignalsIT {
    @RegisterExtension
    static final Sandbox SANDBOX = new Sandbox();

    private static final Duration SOON = Duration.ofMinutes(3);

    @BeforeAll
    static void installEnvironments() {
        Path envs = SANDBOX.home().resolve(".conda/envs");
        CondaEnv.small().install(envs.resolve("demo"), SANDBOX.user());
        CondaEnv.small().withFiles(3000).install(envs.resolve("large"), SANDBOX.user());
        CondaEnv.small().withFiles(3000).pack(SANDBOX.home().resolve("large.tar.gz"), SANDBOX.user());
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130", "HUP, 129"})
    void whileTheScriptRuns(String signal, int status) {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "sleep 1000 & sleep 1001 & echo begun; wait");

        Running run = SANDBOX.stagehand("run", "--env", "demo", script.toString())
                .start()
                .waitForOutput("begun");

        run.signal(signal).await(SOON).endedWith(status).saidNoError();
    }

    @Test
    void aJobWithoutAnEnvironmentEndsToo() {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "sleep 1000 & echo begun; wait");

        Running run = SANDBOX.stagehand("run", script.toString()).start().waitForOutput("begun");

        run.signal("TERM").await(SOON).endedWith(143).saidNoError();
    }

    @Test
    void aScriptMaySaveItsWorkFirst() {
        Path script = SANDBOX.file(
                "job.sh",
                "#!/bin/bash",
                "trap 'ls \"$CONDA_PREFIX/bin\" >\"saved\"; echo saved; exit 3' TERM",
                "echo begun; sleep 1000 & wait");

        Running run = SANDBOX.stagehand("run", "--env", "demo", script.toString())
                .start()
                .waitForOutput("begun");

        Ran ran = run.signal("TERM").await(SOON).endedWith(143).saidNoError();
        assertThat(ran.out()).endsWith("saved\n");
        assertThat(SANDBOX.work().resolve("saved")).content().contains("whereami");
    }

    @Test
    void aScriptThatWillNotEndIsKilledAndWhatItStartedMeanwhileToo() {
        Path script = SANDBOX.file(
                "job.sh", "#!/bin/bash", "trap 'echo no' TERM", "echo begun; while :; do sleep 1000 & wait; done");

        Running run = SANDBOX.stagehand("run", "--env", "demo", script.toString())
                .start()
                .waitForOutput("begun");

        run.signal("TERM").await(Duration.ofMinutes(3)).endedWith(143);
    }

    @ParameterizedTest
    @ValueSource(strings = {"large", "ARCHIVE"})
    void whileItStages(String env) {
        String name =
                env.equals("ARCHIVE") ? SANDBOX.home().resolve("large.tar.gz").toString() : env;
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "echo begun; sleep 1000");

        for (int moment = 0; moment < 6; moment++) {
            Running run =
                    SANDBOX.stagehand("run", "--env", name, script.toString()).start();
            Wait.until(
                    "a job's directory",
                    () -> !run.isAlive() || Files.isDirectory(SANDBOX.area().resolve("jobs")));
            LockSupport.parkNanos(Duration.ofMillis(moment * 60L).toNanos());

            run.signal("TERM").await(SOON).endedWith(143).saidNoError();
            assertThat(SANDBOX.area()).doesNotExist();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 50, 100, 150, 200, 250, 300, 350, 400, 500, 600})
    void atAnyMoment(int milliseconds) {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "exec sleep 1000");
        Running run =
                SANDBOX.stagehand("run", "--env", "demo", script.toString()).start();
        LockSupport.parkNanos(Duration.ofMillis(milliseconds).toNanos());

        Ran ran = run.signal("TERM").await(SOON);

        assertThat(ran.status()).as(ran.err()).isEqualTo(143);
        assertThat(SANDBOX.area()).doesNotExist();
    }

    @Test
    void aStageThatIsEndedLeavesTheWholeDirectoryOrNothing() {
        Path directory = SANDBOX.work().resolve("to/env");
        Tool.run("mkdir", directory.getParent().toString());
        SANDBOX.user().own(directory.getParent());

        for (int moment = 0; moment < 10; moment++) {
            Running stage = SANDBOX.stagehand("stage", "large", "--to", directory.toString())
                    .start();
            Wait.until("a directory beside it", () -> !stage.isAlive() || namesIn(directory.getParent()).length > 0);
            LockSupport.parkNanos(Duration.ofMillis(moment * 40L).toNanos());

            Ran ran = stage.signal("TERM").await(SOON);

            if (Files.exists(directory)) {
                assertThat(namesIn(directory.getParent()))
                        .contains(".env.conda-stagehand", "env")
                        .hasSize(2);
                SANDBOX.stagehand("unstage", directory.toString()).run().endedWith(0);
            } else {
                ran.endedWith(143).saidNoError();
            }
            assertThat(namesIn(directory.getParent())).isEmpty();
        }
    }

    private static String[] namesIn(Path directory) {
        String[] names = directory.toFile().list();
        return names == null ? new String[0] : names;
    }
}
