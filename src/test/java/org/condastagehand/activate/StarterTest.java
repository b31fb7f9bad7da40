package org.condastagehand.activate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StarterTest {
    private static final Map<String, String> BARE = Map.of("PATH", "/usr/bin:/bin");

    @TempDir
    private Path job;

    private Stage stage;

    @BeforeEach
    void needBash() {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "/bin/bash is not installed here");
        stage = Stage.of(job, "demo");
    }

    @Test
    void handsArgumentsOverAsTheyAre() {
        Ran ran = start(BARE, "/usr/bin/printf", "<%s>", "a b", "", "*", "$HOME", "it's", "-n", "é\n");
        assertThat(ran).isEqualTo(new Ran(0, "<a b><><*><$HOME><it's><-n><é\n>", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit 0", "exit 3", "exit 255", "kill -9 $$", "kill -TERM $$"})
    void endsAsTheCommandEnds(String script) {
        assertThat(start(BARE, "/bin/sh", "-c", script).status())
                .isEqualTo(Ran.of(BARE, List.of("/bin/sh", "-c", script)).status());
    }

    @Test
    void failsToStartAsAShellDoes() throws IOException {
        Path script = TestShell.write(job.resolve("job.sh"), "echo \"no shebang in $0 $CONDA_DEFAULT_ENV $-\"\n");
        assertThat(start(BARE, "/nonexistent/job.sh").status()).isEqualTo(127);
        assertThat(start(BARE, script.toString()).status()).isEqualTo(126);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        assertThat(start(BARE, script.toString()).out()).isEqualTo("no shebang in " + script + " demo hB\n");
    }

    @Test
    void runsActivateScriptsOnceAndKeepsTheirHandsOffTheArguments() {
        stage.with("etc/conda/activate.d/a.sh", "export COUNT=\"${COUNT-}x\"; set -- /bin/false\n");
        assertThat(start(BARE, "/bin/bash", "-c", "echo $COUNT; bash -c 'echo $COUNT'")
                        .out())
                .isEqualTo("x\nx\n");
    }

    @Test
    void changesNothingElseInTheEnvironment() {
        Map<String, String> user = new TreeMap<>(BARE);
        user.putAll(Map.of(
                "BASH_FUNC_f%%",
                "() {  echo f;\n}",
                "not-a-name",
                "1",
                "BASH_ENV",
                "/x",
                "ENV",
                "/y",
                "SHLVL",
                "3",
                "PWD",
                System.getProperty("user.dir"),
                "OLDPWD",
                "/tmp",
                "_",
                "x"));
        Map<String, String> seen = start(user, "/usr/bin/env", "-0").environment();
        user.keySet().removeAll(List.of("PATH", "BASH_ENV", "_"));
        assertThat(seen).containsAllEntriesOf(user).containsEntry("CONDA_STAGE_BASH_ENV", "/x");
        assertThat(seen.keySet())
                .allMatch(name -> user.containsKey(name)
                        || name.startsWith("CONDA_")
                        || List.of("PATH", "BASH_ENV", "_").contains(name));
    }

    @Test
    void isNotLedAstrayByTheUsersOwnShellFiles() {
        Path hostile = TestShell.write(job.resolve(".bashrc"), "echo read; exit 7\n");
        Map<String, String> user = Map.of(
                "PATH",
                "/usr/bin:/bin",
                "HOME",
                job.toString(),
                "BASH_ENV",
                hostile.toString(),
                "ENV",
                hostile.toString(),
                "SSH_CLIENT",
                "1 2 3",
                "BASH_FUNC_activate%%",
                "() { exit 8; }",
                "BASH_FUNC_shift%%",
                "() { exit 8; }",
                "SHELLOPTS",
                "errexit:nounset");
        assertThat(start(user, "/usr/bin/env", "-0").environment())
                .containsEntry("CONDA_DEFAULT_ENV", "demo")
                .satisfies(
                        seen -> assertThat(seen.getOrDefault("SHELLOPTS", "")).doesNotContain("privileged"));
    }

    @Test
    void doesNotStartWhatWasRefused() {
        assertThat(Ran.of(BARE, stage.refused("no such environment").starter(List.of("/bin/echo", "started"))))
                .isEqualTo(new Ran(1, "", "conda-stagehand: error: no such environment\n"));
    }

    @Test
    void worksInDashWhereThereIsNoBash() {
        List<String> command =
                new ArrayList<>(stage.activation().starter(List.of("/usr/bin/printf", "<%s>", "a b", "")));
        command.set(0, TestShell.DASH.executable().toString());
        command.remove("--norc");
        assertThat(Ran.of(BARE, command)).isEqualTo(new Ran(0, "<a b><>", ""));
    }

    @Test
    void wantsACommand() {
        assertThatThrownBy(() -> stage.activation().starter(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> stage.activation().starter(List.of("-c")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Ran start(Map<String, String> environment, String... command) {
        return Ran.of(environment, stage.activation().starter(List.of(command)));
    }
}
