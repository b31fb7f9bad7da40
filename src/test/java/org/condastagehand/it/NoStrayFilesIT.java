package org.condastagehand.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever was run, ended or killed: no file of the JVM or of a library stays; the sandbox does the looking. */
class NoStrayFilesIT {
    @RegisterExtension
    static final Sandbox SANDBOX = new Sandbox();

    private static Path archive;

    @BeforeAll
    static void installEnvironment() {
        Path plain = SANDBOX.home().resolve("demo.tar");
        CondaEnv.small().install(SANDBOX.home().resolve(".conda/envs/demo"), SANDBOX.user());
        Path packed = CondaEnv.small().pack(SANDBOX.home().resolve("demo.tar.gz"), SANDBOX.user());
        Tool.run("sh", "-c", "gzip -dc " + packed + " >" + plain + " && zstd -q --rm " + plain);
        archive = Path.of(plain + ".zst");
        SANDBOX.user().own(archive);
    }

    @Test
    void afterManyRuns() {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "whereami");

        for (int round = 0; round < 3; round++) {
            SANDBOX.stagehand("run", "--env", archive.toString(), script.toString())
                    .run()
                    .endedWith(0);
            SANDBOX.stagehand("run", script.toString()).run();
            SANDBOX.stagehand("inspect", archive.toString()).run().endedWith(0);
            SANDBOX.stagehand("nonsense").run().endedWith(2);
        }
        assertThat(SANDBOX.area()).doesNotExist();
    }

    @Test
    void afterTheJvmWasKilled() {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "echo begun; exec sleep 1000");

        SANDBOX.stagehand("run", "--env", archive.toString(), script.toString())
                .start()
                .waitForOutput("begun")
                .signal("KILL")
                .await(Duration.ofMinutes(3))
                .endedWith(137);

        SANDBOX.stagehand("sweep").run().endedWith(0).saidNoError();
    }

    @Test
    void whereTheJvmCannotStart() {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "echo begun");

        for (String kilobytes : new String[] {"100000", "400000", "800000"}) {
            Ran ran = SANDBOX.stagehand("run", "--env", "demo", script.toString())
                    .under(java.util.List.of("sh", "-c", "ulimit -v " + kilobytes + " && exec \"$@\"", "sh"))
                    .in(SANDBOX.work())
                    .run();
            assertThat(ran.status()).as(ran.err()).isIn(0, 1, 125);
        }
    }
}
