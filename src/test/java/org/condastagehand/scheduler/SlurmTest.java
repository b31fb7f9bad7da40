package org.condastagehand.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Exec;
import org.condastagehand.host.Host;
import org.condastagehand.host.User;
import org.condastagehand.request.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests as the environment of a Prolog has them; slurmd passes what a user typed on as it is. */
class SlurmTest {
    @TempDir
    Path workDirectory;

    @TempDir
    Path elsewhere;

    private Reading read(Map<String, String> variables) throws BadRequest, IOException {
        Map<String, String> environment = new HashMap<>(variables);
        environment.putIfAbsent("SLURM_JOB_WORK_DIR", workDirectory.toString());
        Exec none = (command, limit) -> new Exec.Result(1, "", "");
        PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        Host host = new Host(environment, elsewhere, User.current(), Clock.systemUTC(), none, out, out);
        return new Slurm(host, SiteConfig.defaults()).read();
    }

    private static String env(Reading reading) {
        return reading.request() instanceof Request.Wanted wanted
                ? wanted.job().first().toString()
                : reading.request().getClass().getSimpleName();
    }

    @Test
    void theOptionComesBeforeTheCommentTheExtraTheVariableAndTheFile() throws Exception {
        Files.writeString(workDirectory.resolve(".conda-stage.toml"), "env = \"toml\"");
        Map<String, String> all = new HashMap<>(Map.of(
                "SPANK_CONDA_ENV", "option",
                "SLURM_JOB_COMMENT", "conda_env=comment",
                "SLURM_JOB_EXTRA", "conda_env=extra",
                "CONDA_STAGE_ENV", "variable"));
        assertThat(env(read(all))).isEqualTo("option");
        all.remove("SPANK_CONDA_ENV");
        assertThat(env(read(all))).isEqualTo("comment");
        all.remove("SLURM_JOB_COMMENT");
        assertThat(env(read(all))).isEqualTo("extra");
        all.remove("SLURM_JOB_EXTRA");
        assertThat(env(read(all))).isEqualTo("variable");
        all.remove("CONDA_STAGE_ENV");
        assertThat(env(read(all))).isEqualTo("toml");
    }

    @ParameterizedTest
    @CsvSource({
        "conda_env=a, a",
        "project x conda_env=a other, a",
        "'project;conda_env=a,b', a",
        "conda_env=a conda_env=b, b",
        "my_conda_env=a, Nothing",
        "conda_env, Nothing",
        "conda_env=none, TurnedOff",
        "'', Nothing",
    })
    void aCommentNamesItAmongOtherWords(String comment, String env) throws Exception {
        assertThat(env(read(Map.of("SLURM_JOB_COMMENT", comment)))).isEqualTo(env);
    }

    @Test
    void aCommentWithLineBreaksIsOneComment() throws Exception {
        assertThat(env(read(Map.of("SLURM_JOB_COMMENT", "x\nconda_env=a\ny")))).isEqualTo("a");
    }

    @Test
    void theMainSwitchComesFirst() throws Exception {
        assertThat(env(read(Map.of("CONDA_STAGE", "false", "SPANK_CONDA_ENV", "a"))))
                .isEqualTo("TurnedOff");
    }

    @Test
    void theFileIsLookedForWhereTheJobWorksAndNotWhereTheHookIs() throws Exception {
        Files.writeString(elsewhere.resolve(".conda-stage.toml"), "env = \"wrong\"");
        assertThat(env(read(Map.of()))).isEqualTo("Nothing");
        assertThatThrownBy(() -> read(Map.of("SLURM_JOB_WORK_DIR", "relative")))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("no working directory");
    }

    @Test
    void anEmptyNameIsToldAsOne() {
        assertThatThrownBy(() -> read(Map.of("SLURM_JOB_COMMENT", "conda_env=")))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("`--comment`");
    }
}
