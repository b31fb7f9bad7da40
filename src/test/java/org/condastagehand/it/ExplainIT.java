package org.condastagehand.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code explain} and {@code inspect} tell what would happen and change nothing. */
class ExplainIT {
    @RegisterExtension
    static final Sandbox SANDBOX = new Sandbox();

    private static Path demo;
    private static Path archive;

    @BeforeAll
    static void installEnvironments() {
        Path envs = SANDBOX.home().resolve(".conda/envs");
        demo = CondaEnv.small().install(envs.resolve("demo"), SANDBOX.user());
        CondaEnv.small().install(envs.resolve("packed"), SANDBOX.user());
        archive = CondaEnv.small().pack(envs.resolve("packed.tar.gz"), SANDBOX.user());
    }

    @Test
    void aScriptIsExplained() {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "#$ -l conda_env=demo", "conda-unpack");

        Ran ran = SANDBOX.stagehand("explain", script.toString())
                .run()
                .endedWith(0)
                .saidNoError();

        assertThat(ran.lines())
                .anyMatch(line -> line.matches("request: +`#\\$ -l conda_env` in line 2 of `.*job.sh`"))
                .anyMatch(line -> line.matches("with qsub: +staged, by `#\\$ -l conda_env` .*"))
                .anyMatch(line -> line.matches("with sbatch: +not staged: it has no line `#SBATCH --conda-env=NAME`"))
                .anyMatch(line -> line.matches("environment: +demo"))
                .anyMatch(
                        line -> line.matches("old hook: +" + demo + "/etc/conda/activate.d/z.conda-stage-auto.sh: .*"))
                .anyMatch(line -> line.matches("faster: .*"))
                .anyMatch(line -> line.matches("source: +prefix " + demo + ".*"))
                .anyMatch(line -> line.matches("staged to: +\\$TMPDIR/conda-stage/envs/demo"))
                .anyMatch(line -> line.matches("by hand: +line 3 of `.*job.sh` relocates a copy: .*"))
                .anyMatch(line -> line.matches("copy: +read-only"))
                .anyMatch(line -> line.matches("local disk: +" + Sandbox.localRoot() + ", .* free.*"));
    }

    @Test
    void anArchiveBesideTheEnvironmentIsNamed() {
        Ran ran = SANDBOX.stagehand("explain", "--env", "packed").run().endedWith(0);

        assertThat(ran.lines())
                .anyMatch(line -> line.matches("source: +archive " + archive + ", .*"))
                .anyMatch(line -> line.matches("original: +.*/packed"));
    }

    @Test
    void noRequestAndOneThatIsTurnedOffAreToldApart() {
        assertThat(SANDBOX.stagehand("explain").run().endedWith(0).out()).contains("none: the job runs untouched");
        assertThat(SANDBOX.stagehand("explain")
                        .with("CONDA_STAGE", "false")
                        .run()
                        .endedWith(0)
                        .out())
                .contains("none: turned off by `CONDA_STAGE=false`");
        SANDBOX.stagehand("explain", "nowhere.sh").run().endedWith(65).saidOneError("`nowhere.sh`");
        SANDBOX.stagehand("explain", "--env", "nowhere").run().endedWith(65).saidOneError("`nowhere`");
    }

    @Test
    void anArchiveIsInspected() throws IOException {
        Ran ran = SANDBOX.stagehand("inspect", archive.toString()).run().endedWith(0);

        assertThat(ran.lines())
                .anyMatch(line -> line.matches("format: .*gz.*"))
                .anyMatch(line -> line.matches("files: +11"))
                .anyMatch(line -> line.matches("symlinks: +1"))
                .anyMatch(line -> line.matches("records: +6 text, 1 binary"))
                .anyMatch(line -> line.matches("fingerprint: +\\S+"))
                .anyMatch(line -> line.matches("problems: +1"))
                .anyMatch(line -> line.contains("z.conda-stage-auto.sh"));

        Path cut = SANDBOX.file("cut.tar.gz", java.util.Arrays.copyOf(Files.readAllBytes(archive), 700));
        SANDBOX.stagehand("inspect", cut.toString()).run().endedWith(65).saidOneError("cut.tar.gz");
        SANDBOX.stagehand("inspect", "nowhere.tar.gz").run().endedWith(65).saidOneError("nowhere.tar.gz");
    }
}
