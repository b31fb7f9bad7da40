package org.condastagehand.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.config.Sites;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Exec;
import org.condastagehand.host.Host;
import org.condastagehand.host.User;
import org.condastagehand.request.JobRequest;
import org.condastagehand.request.OnFailure;
import org.condastagehand.request.Request;
import org.condastagehand.request.StageOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalTest {
    private static final Optional<String> NO_OPTION = Optional.empty();
    private static final Optional<Path> NO_SCRIPT = Optional.empty();
    private static final Optional<Path> SCRIPT = Optional.of(Path.of("job.sh"));

    @TempDir
    Path dir;

    private Local local(Map<String, String> environment) throws IOException {
        return local(environment, SiteConfig.defaults());
    }

    private Local local(Map<String, String> environment, SiteConfig site) throws IOException {
        Exec none = (command, limit) -> new Exec.Result(1, "", "");
        PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return new Local(new Host(environment, dir, User.current(), Clock.systemUTC(), none, out, out), site);
    }

    private void script(String text) throws IOException {
        Files.writeString(dir.resolve("job.sh"), text);
    }

    private Path toml(String text) throws IOException {
        return Files.writeString(dir.resolve(".conda-stage.toml"), text);
    }

    private Request request(Optional<String> env, Optional<Path> script, Map<String, String> environment)
            throws Exception {
        return local(environment).read(env, script).request();
    }

    private static JobRequest wanted(Request request) {
        assertThat(request).isInstanceOf(Request.Wanted.class);
        return ((Request.Wanted) request).job();
    }

    @Test
    void wantsNothingWhenNobodyAsks() throws Exception {
        script("#!/bin/sh\necho\n");

        assertThat(local(Map.of()).read(NO_OPTION, SCRIPT)).isEqualTo(new Reading(new Request.Nothing(), List.of()));
        assertThat(request(NO_OPTION, NO_SCRIPT, Map.of())).isEqualTo(new Request.Nothing());
    }

    @Test
    void asksInTheOrderOptionScriptVariableFile() throws Exception {
        Path toml = toml("env = 'file'");
        Map<String, String> variable = Map.of("CONDA_STAGE_ENV", "variable");
        script("#!/bin/sh\n#$ -l conda_env=script\n");

        assertThat(wanted(request(Optional.of("option"), SCRIPT, variable)))
                .hasToString("JobRequest[envs=[option], options=" + options() + ", askedBy=`--env`]");
        assertThat(wanted(request(NO_OPTION, SCRIPT, variable)))
                .hasToString("JobRequest[envs=[script], options=" + options()
                        + ", askedBy=`#$ -l conda_env` in line 2 of `job.sh`]");
        assertThat(wanted(request(NO_OPTION, NO_SCRIPT, variable)))
                .hasToString("JobRequest[envs=[variable], options=" + options() + ", askedBy=`CONDA_STAGE_ENV`]");
        assertThat(wanted(request(NO_OPTION, NO_SCRIPT, Map.of())))
                .hasToString("JobRequest[envs=[file], options=" + options() + ", askedBy=`env` in `" + toml + "`]");
    }

    private static StageOptions options() {
        return new StageOptions(false, true, OnFailure.FALLBACK);
    }

    @Test
    void readsSlurmsLinesToo() throws Exception {
        script("#!/bin/sh\n#SBATCH --comment=conda_env=/sw/envs/ml\n");

        assertThat(wanted(request(NO_OPTION, SCRIPT, Map.of())))
                .hasToString("JobRequest[envs=[/sw/envs/ml], options=" + options()
                        + ", askedBy=`#SBATCH --comment` in line 2 of `job.sh`]");
    }

    @Test
    void takesAScriptForBothSchedulersThatAsksTheSameTwice() throws Exception {
        script("#$ -l conda_env=x\n#SBATCH --conda-env=x\n");

        assertThat(wanted(request(NO_OPTION, SCRIPT, Map.of())).askedBy()).contains("line 1");
    }

    @Test
    void refusesAScriptThatAsksForTwoDifferentOnes() throws Exception {
        script("#$ -l conda_env=x\n#SBATCH --conda-env=y\n");

        assertThatThrownBy(() -> request(NO_OPTION, SCRIPT, Map.of()))
                .isInstanceOf(BadRequest.class)
                .hasMessage("`#$ -l conda_env` in line 1 of `job.sh` asks for `x`, "
                        + "but `#SBATCH --conda-env` in line 2 of `job.sh` for `y`");
        assertThat(wanted(request(Optional.of("x"), SCRIPT, Map.of())).askedBy())
                .isEqualTo("`--env`");
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "FALSE", "0", "no", "Off"})
    void theMainSwitchTurnsOffWhateverElseIsSaid(String value) throws Exception {
        toml("broken");
        script("#$ -l conda_env=bad*\n");

        assertThat(request(Optional.of("x"), SCRIPT, Map.of("CONDA_STAGE", value)))
                .isEqualTo(new Request.TurnedOff("`CONDA_STAGE=" + value + "`"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "1", "yes", "ON", ""})
    void theMainSwitchCanBeOn(String value) throws Exception {
        assertThat(wanted(request(Optional.of("x"), NO_SCRIPT, Map.of("CONDA_STAGE", value)))
                        .first())
                .hasToString("x");
    }

    @Test
    void refusesAMainSwitchThatIsNeither() {
        assertThatThrownBy(() -> request(NO_OPTION, NO_SCRIPT, Map.of("CONDA_STAGE", "flase\n")))
                .isInstanceOfSatisfying(
                        BadRequest.class, bad -> assertThat(bad.hint()).isPresent())
                .hasMessage("`CONDA_STAGE` is neither `true` nor `false`: `flase?`");
    }

    @Test
    void noneTurnsOffWhatIsWeaker() throws Exception {
        toml("env = 'file'");
        Map<String, String> variable = Map.of("CONDA_STAGE_ENV", "none");
        script("#$ -l conda_env=none\n");

        assertThat(request(Optional.of("none"), SCRIPT, variable))
                .isEqualTo(new Request.TurnedOff("`--env` is `none`"));
        assertThat(request(NO_OPTION, SCRIPT, variable))
                .isEqualTo(new Request.TurnedOff("`#$ -l conda_env` in line 1 of `job.sh` is `none`"));
        assertThat(request(NO_OPTION, NO_SCRIPT, variable))
                .isEqualTo(new Request.TurnedOff("`CONDA_STAGE_ENV` is `none`"));
        script("#$ -l conda_env=x\n");
        assertThat(wanted(request(NO_OPTION, SCRIPT, variable)).first()).hasToString("x");
    }

    @Test
    void enabledFalseTurnsOffOnlyWhatNobodyStrongerAsksFor() throws Exception {
        Path toml = toml("enabled = false\nenv = 'file'\nwritable = true");

        assertThat(request(NO_OPTION, NO_SCRIPT, Map.of())).isEqualTo(new Request.TurnedOff("`" + toml + "`"));
        assertThat(wanted(request(Optional.of("x"), NO_SCRIPT, Map.of()))
                        .options()
                        .writable())
                .isTrue();
    }

    @Test
    void takesTheOptionsFromTheFileWhoeverNamedTheEnvironment() throws Exception {
        toml("writable = true\nactivate = false\non_failure = 'fail'");
        script("#$ -l conda_env=x\n");

        assertThat(wanted(request(NO_OPTION, SCRIPT, Map.of())).options())
                .isEqualTo(new StageOptions(true, false, OnFailure.FAIL));
    }

    @Test
    void takesFromTheSiteWhatTheFileDoesNotSay() throws Exception {
        SiteConfig site = Sites.of("on_failure = 'fail'");
        toml("env = ['a', 'b']");

        JobRequest job = wanted(local(Map.of(), site).read(NO_OPTION, NO_SCRIPT).request());

        assertThat(job.options()).isEqualTo(new StageOptions(false, true, OnFailure.FAIL));
        assertThat(job.envs()).hasToString("[a, b]");
    }

    @Test
    void doesNotLookForTheFileWhereTheSiteForbidsIt() throws Exception {
        SiteConfig site = Sites.of("toml_requests = false");
        toml("broken");

        assertThat(local(Map.of(), site).read(NO_OPTION, NO_SCRIPT))
                .isEqualTo(new Reading(new Request.Nothing(), List.of()));
    }

    @Test
    void notesThatAFileIsIgnored() throws Exception {
        Path toml = toml("env = 'file'\nwritable = true");
        Files.setPosixFilePermissions(toml, PosixFilePermissions.fromString("rw-rw-rw-"));
        String note = "`" + toml + "` is ignored: everybody may write to it";

        assertThat(local(Map.of()).read(NO_OPTION, NO_SCRIPT))
                .isEqualTo(new Reading(new Request.Nothing(), List.of(note)));
        Reading reading = local(Map.of()).read(Optional.of("x"), NO_SCRIPT);
        assertThat(wanted(reading.request()).options()).isEqualTo(options());
        assertThat(reading.notes()).containsExactly(note);
    }

    @Test
    void notesThatAFileNamesNoEnvironmentAndNobodyElseDoes() throws Exception {
        Path toml = toml("writable = true");

        assertThat(local(Map.of()).read(NO_OPTION, NO_SCRIPT))
                .isEqualTo(new Reading(
                        new Request.Nothing(), List.of("`" + toml + "` names no environment: nothing is staged")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '^',
            value = {
                "a b => not the name of an environment: `a b`",
                "envs/a => the path of an environment must be absolute: `envs/a`",
                "/a/../b => not an absolute path without `.` and `..`: `/a/../b`",
                "a,b => an environment's name cannot contain `,`: `a,b`",
                "a* => an environment's name cannot contain `*`: `a*`",
                "a[1] => an environment's name cannot contain `[`: `a[1]`",
                "a&b => an environment's name cannot contain `&`: `a&b`",
                "a\tb => control character in the environment's name: `a?b`",
                "a\uFFFD => not UTF-8: `a\uFFFD`",
            })
    void refusesAValueThatIsNoEnvironmentInOneLine(String value, String complaint) {
        assertThatThrownBy(() -> request(Optional.of(value), NO_SCRIPT, Map.of()))
                .isInstanceOfSatisfying(BadRequest.class, bad -> assertThat(bad.hint())
                        .contains("write the name of an environment, the absolute path of a prefix or of an "
                                + "archive, or none"))
                .hasMessage("`--env`: " + complaint);
    }

    @Test
    void refusesAnOptionThatIsEmpty() {
        assertThatThrownBy(() -> request(Optional.of(""), NO_SCRIPT, Map.of()))
                .hasMessage("`--env`: it names no environment");
    }

    @Test
    void namesTheLineOfABadDirective() throws Exception {
        script("#!/bin/sh\n\n#SBATCH --conda-env=a*\n");

        assertThatThrownBy(() -> request(NO_OPTION, SCRIPT, Map.of()))
                .hasMessage(
                        "`#SBATCH --conda-env` in line 3 of `job.sh`: an environment's name cannot contain `*`: `a*`");
    }

    @Test
    void refusesAScriptThatIsNotThere() {
        assertThatThrownBy(() -> request(NO_OPTION, SCRIPT, Map.of()))
                .isInstanceOf(BadRequest.class)
                .hasMessage("cannot read the job script `job.sh`: no such file or directory");
    }

    @Test
    void doesNotReadAPipeThatTheShellIsToRead() throws Exception {
        new ProcessBuilder("mkfifo", dir.resolve("pipe").toString()).start().waitFor();

        assertThat(request(NO_OPTION, Optional.of(Path.of("pipe")), Map.of())).isEqualTo(new Request.Nothing());
    }

    @Test
    void readsAnyBytesOfAScriptAndOnlyItsFirstMebibyte() throws Exception {
        byte[] script = new byte[JobScript.LIMIT + 100];
        byte[] directives = "#$ -l conda_env=caf\u00e9\n\u00ff\n".getBytes(StandardCharsets.UTF_8);
        System.arraycopy(directives, 0, script, 0, directives.length);
        script[directives.length - 2] = (byte) 0xff;
        byte[] late = "\n#$ -l conda_env=late".getBytes(StandardCharsets.UTF_8);
        System.arraycopy(late, 0, script, JobScript.LIMIT - late.length + 2, late.length);
        Files.write(dir.resolve("job.sh"), script);

        assertThat(wanted(request(NO_OPTION, SCRIPT, Map.of())).first()).hasToString("caf\u00e9");
    }
}
