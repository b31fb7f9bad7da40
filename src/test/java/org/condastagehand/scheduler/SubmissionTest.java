package org.condastagehand.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Exec;
import org.condastagehand.host.Host;
import org.condastagehand.host.User;
import org.condastagehand.scheduler.Submission.To;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people are told of a script before they submit it. */
class SubmissionTest {
    private static final Path SCRIPT = Path.of("job.sh");

    @TempDir
    Path dir;

    private Host host() throws IOException {
        Exec none = (command, limit) -> new Exec.Result(1, "", "");
        PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return new Host(Map.of("CONDA_STAGE_ENV", "other"), dir, User.current(), Clock.systemUTC(), none, out, out);
    }

    private String outcome(To scheduler, String... lines) throws IOException, BadRequest {
        Files.write(dir.resolve(SCRIPT), List.of(lines));
        return new Submission(host(), SiteConfig.defaults()).outcome(scheduler, SCRIPT);
    }

    private List<String> byHand(String... lines) throws IOException, BadRequest {
        Files.write(dir.resolve(SCRIPT), List.of(lines));
        return ByHand.in(SCRIPT, host());
    }

    @Test
    void theOthersDirectivesAreComments() throws Exception {
        assertThat(outcome(To.QSUB, "#!/bin/sh", "#$ -l conda_env=ml")).startsWith("staged, by `#$ -l conda_env`");
        assertThat(outcome(To.SBATCH, "#!/bin/sh", "#$ -l conda_env=ml"))
                .isEqualTo("not staged: it has no line `#SBATCH --conda-env=NAME`");
        assertThat(outcome(To.SBATCH, "#!/bin/sh", "#SBATCH --comment=conda_env=ml"))
                .startsWith("staged, by ");
        assertThat(outcome(To.QSUB, "#!/bin/sh", "#SBATCH --comment=conda_env=ml"))
                .isEqualTo("not staged: it has no line `#$ -l conda_env=NAME`");
    }

    @Test
    void theFileInTheDirectoryCountsForBoth() throws Exception {
        Files.writeString(dir.resolve(".conda-stage.toml"), "env = \"ml\"\n");

        for (To scheduler : To.values()) {
            assertThat(outcome(scheduler, "#!/bin/sh")).startsWith("staged, by `env` in `");
        }
        assertThat(outcome(To.QSUB, "#!/bin/sh", "#$ -l conda_env=none")).startsWith("not staged: turned off by ");
    }

    @Test
    void theManualRecipeIsToldLineByLine() throws Exception {
        assertThat(byHand(
                        "#!/bin/bash",
                        "trap 'rm -rf \"$TMPDIR/env\"' EXIT",
                        "tar -xzf ~/ml.tar.gz -C \"$TMPDIR/env\"",
                        "source \"$TMPDIR/env/bin/activate\"; conda-unpack",
                        "python train.py"))
                .containsExactly(
                        "line 2 of `job.sh` deletes the copy, unless the job is killed",
                        "line 3 of `job.sh` unpacks an archive",
                        "line 4 of `job.sh` relocates a copy");
        assertThat(byHand("conda pack -n ml", "eval \"$(conda-stage --source)\""))
                .containsExactly(
                        "line 1 of `job.sh` packs the environment",
                        "line 2 of `job.sh` stages with the conda-stage tool");
    }

    @Test
    void aScriptThatUnpacksItsDataIsNone() throws Exception {
        assertThat(byHand(
                        "# conda-unpack is gone",
                        "tar -xf data.tar.gz",
                        "trap 'rm -f x' EXIT",
                        "conda-stagehand run x"))
                .isEmpty();
    }
}
