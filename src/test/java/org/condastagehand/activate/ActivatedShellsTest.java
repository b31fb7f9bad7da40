package org.condastagehand.activate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every shell sources the real file, and a program that it starts tells what it sees. */
class ActivatedShellsTest {
    private static final Map<String, String> BARE = Map.of("PATH", "/usr/bin:/bin", "HOME", "/nonexistent");

    @TempDir
    private Path job;

    private Stage stage;

    @BeforeEach
    void layOutTheStage() {
        stage = Stage.of(job, "demo");
    }

    @ParameterizedTest
    @EnumSource
    void setsWhatTheContractNames(TestShell shell) {
        Ran ran = shell.activate(BARE, stage.activation());
        assertThat(ran.err()).isEmpty();
        assertThat(ran.status()).isZero();
        assertThat(ran.environment())
                .containsEntry("CONDA_STAGE_PREFIX", stage.prefix().toString())
                .containsEntry("CONDA_PREFIX", stage.prefix().toString())
                .containsEntry("CONDA_DEFAULT_ENV", "demo")
                .containsEntry("CONDA_PROMPT_MODIFIER", "(demo) ")
                .containsEntry("CONDA_SHLVL", "1")
                .containsEntry("PATH", stage.bin() + ":/usr/bin:/bin")
                .containsEntry("CONDA_ENVS_PATH", stage.directory() + "/envs")
                .containsEntry("CONDA_AUTO_ACTIVATE_BASE", "false")
                .containsEntry("CONDA_AUTO_ACTIVATE", "false")
                .containsEntry("CONDA_STAGE_STATUS", "staged")
                .containsEntry("CONDA_STAGE_SOURCE", Stage.SOURCE.toString())
                .containsEntry("BASH_ENV", stage.directory() + "/bash-env")
                .doesNotContainKeys("CONDA_ENVS_DIRS", "CONDA_STAGE_BASH_ENV", "CONDA_PREFIX_1");
        assertThat(ran.environment().keySet()).noneMatch(name -> name.contains("conda_stage"));
    }

    @ParameterizedTest
    @EnumSource
    void replacesWhatWasActiveAndKeepsCondabin(TestShell shell) {
        Map<String, String> active = with(
                "PATH",
                        "/sw/conda/envs/a/bin:/sw/conda/condabin:/sw/conda/bin/:/old/conda-stage/envs/x/bin:/usr/bin:/bin",
                "CONDA_PREFIX", "/sw/conda/envs/a",
                "CONDA_PREFIX_1", "/sw/conda",
                "CONDA_PREFIX_2", "/usr",
                "CONDA_SHLVL", "3",
                "CONDA_STAGE_STATUS", "staged",
                "CONDA_STAGE_PREFIX", "/old/conda-stage/envs/x",
                "CONDA_ENVS_PATH", "/old/conda-stage/envs:/home/u/envs",
                "BASH_ENV", "/old/conda-stage/bash-env",
                "CONDA_STAGE_BASH_ENV", "/home/u/.benv");
        assertThat(shell.activate(active, stage.activation()).environment())
                .containsEntry("PATH", stage.bin() + ":/sw/conda/condabin:/usr/bin:/bin")
                .containsEntry("CONDA_SHLVL", "1")
                .containsEntry("CONDA_ENVS_PATH", stage.directory() + "/envs:/home/u/envs")
                .containsEntry("CONDA_STAGE_BASH_ENV", "/home/u/.benv")
                .doesNotContainKeys("CONDA_PREFIX_1", "CONDA_PREFIX_2");
    }

    @ParameterizedTest
    @EnumSource
    void twiceIsAsGoodAsOnce(TestShell shell) {
        Activation activation = stage.activation();
        Map<String, String> user = with("BASH_ENV", "/home/u/.benv", "CONDA_ENVS_DIRS", "/a b:/c");
        Ran once = shell.activate(user, activation);
        Ran twice = shell.run(user, shell.source(activation) + "\n" + shell.source(activation) + "\n/usr/bin/env -0");
        assertThat(twice.err()).isEmpty();
        assertThat(twice.environment()).isEqualTo(once.environment());
        assertThat(once.environment())
                .containsEntry("CONDA_ENVS_PATH", stage.directory() + "/envs:/a b:/c")
                .containsEntry("CONDA_STAGE_BASH_ENV", "/home/u/.benv")
                .doesNotContainKey("CONDA_ENVS_DIRS");
    }

    @ParameterizedTest
    @EnumSource
    void joinsBothOfCondasNamesForTheList(TestShell shell) {
        Map<String, String> user = with("CONDA_ENVS_PATH", "/p", "CONDA_ENVS_DIRS", "/d");
        assertThat(shell.activate(user, stage.activation()).environment())
                .containsEntry("CONDA_ENVS_PATH", stage.directory() + "/envs:/p:/d")
                .doesNotContainKey("CONDA_ENVS_DIRS");
    }

    @ParameterizedTest
    @EnumSource
    void keepsEmptyElementsOfPath(TestShell shell) {
        String kept =
                shell.family == Shell.SH ? "::/usr/bin:/a b:" : ":.:/usr/bin:/a b:."; // csh and fish write them so
        assertThat(shell.activate(with("PATH", ":/usr/bin:/a b:"), stage.activation())
                        .environment()
                        .get("PATH"))
                .isEqualTo(stage.bin() + kept);
    }

    @ParameterizedTest
    @EnumSource
    void needsNoPath(TestShell shell) {
        Ran ran = shell.activate(with("PATH", ""), stage.activation());
        assertThat(ran.err()).isEmpty();
        assertThat(ran.environment().get("PATH")).startsWith(stage.bin());
    }

    @ParameterizedTest
    @EnumSource
    void activatesTheOriginalOnAFallback(TestShell shell) {
        Path original = job.resolve("home/envs/demo");
        TestShell.write(original.resolve("etc/conda/activate.d/a.sh"), "export FROM_SCRIPT=1\n");
        TestShell.write(original.resolve("etc/conda/activate.d/a.csh"), "setenv FROM_SCRIPT 1\n");
        TestShell.write(original.resolve("etc/conda/activate.d/a.fish"), "set -gx FROM_SCRIPT 1\n");
        TestShell.write(original.resolve("etc/conda/activate.d/b.conda-stage-auto.sh"), "echo again; exit 9\n");
        Ran ran = shell.activate(BARE, stage.fallback(original));
        assertThat(ran.err()).isEmpty();
        assertThat(ran.environment())
                .containsEntry("CONDA_STAGE_STATUS", "fallback")
                .containsEntry("CONDA_STAGE_PREFIX", original.toString())
                .containsEntry("PATH", original + "/bin:/usr/bin:/bin")
                .containsEntry("FROM_SCRIPT", "1")
                .doesNotContainKey("CONDA_ENVS_PATH");
        assertThat(shell.activate(with("CONDA_ENVS_PATH", "/p:/q"), stage.fallback(original))
                        .environment())
                .containsEntry("CONDA_ENVS_PATH", "/p:/q");
    }

    @ParameterizedTest
    @EnumSource
    void exposesWithoutActivating(TestShell shell) {
        Ran ran = shell.activate(with("CONDA_PREFIX", "/sw/a", "PATH", "/sw/a/bin:/usr/bin"), stage.exposed());
        assertThat(ran.err()).isEmpty();
        assertThat(ran.environment())
                .containsEntry("PATH", "/sw/a/bin:/usr/bin")
                .containsEntry("CONDA_PREFIX", "/sw/a")
                .containsEntry("CONDA_STAGE_STATUS", "staged")
                .containsEntry("CONDA_STAGE_PREFIX", stage.prefix().toString())
                .containsEntry("CONDA_ENVS_PATH", stage.directory() + "/envs")
                .containsEntry("CONDA_AUTO_ACTIVATE", "false")
                .doesNotContainKeys("BASH_ENV", "CONDA_SHLVL", "CONDA_DEFAULT_ENV");
    }

    @ParameterizedTest
    @EnumSource
    void saysWhyThereIsNone(TestShell shell) {
        String reason = "no `x` in `/a'b\"$HOME!\\n`\nhint: type it";
        Ran ran = shell.run(BARE, shell.source(stage.refused(reason)));
        assertThat(ran.err()).isEqualTo("conda-stagehand: error: no `x` in `/a'b\"$HOME!\\n` hint: type it\n");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(shell.activate(BARE, stage.refused(reason)).environment())
                .containsEntry("CONDA_STAGE_STATUS", "failed");
    }

    @ParameterizedTest
    @EnumSource
    void bearsEveryNameAndPath(TestShell shell) {
        for (String name : new String[] {"naïve-環境", "it's", "a b", "q\"u!o$t`e\\s", "*", "-n", "~x"}) {
            Stage odd = Stage.of(job.resolve("j o'b\"*!"), name);
            Ran ran = shell.activate(BARE, odd.activation());
            assertThat(ran.err()).isEmpty();
            assertThat(ran.environment())
                    .containsEntry("CONDA_DEFAULT_ENV", name)
                    .containsEntry("CONDA_PREFIX", odd.prefix().toString())
                    .containsEntry("PATH", odd.bin() + ":/usr/bin:/bin");
            assertThat(shell.activate(ran.environment(), odd.activation()).environment())
                    .containsEntry("PATH", odd.bin() + ":/usr/bin:/bin")
                    .containsEntry("CONDA_ENVS_PATH", odd.directory() + "/envs");
        }
    }

    @ParameterizedTest
    @EnumSource
    void exportsTheVariablesAndRunsTheScriptsInOrder(TestShell shell) {
        stage.with("conda-meta/state", "{\"env_vars\": {\"A\": \"state\", \"GONE\": \"***unset***\"}}")
                .with(
                        "etc/conda/env_vars.d/p.json",
                        "{\"A\": \"package\", \"B\": \"it's !1 \\n\\\\ $X\", \"GONE\": \"1\"}")
                .with("etc/conda/activate.d/2.sh", "export ORDER=\"${ORDER-}2$B\"\n")
                .with("etc/conda/activate.d/1.sh", "export ORDER=1\nfalse\n")
                .with("etc/conda/activate.d/2.csh", "setenv ORDER $ORDER:q2$B:q\n")
                .with("etc/conda/activate.d/1.csh", "setenv ORDER 1\n")
                .with("etc/conda/activate.d/2.fish", "set -gx ORDER \"$ORDER\"2\"$B\"\n")
                .with("etc/conda/activate.d/1.fish", "set -gx ORDER 1\nfalse\n")
                .with("etc/conda/activate.d/3.conda-stage-auto.sh", "exit 9\n");
        Ran ran = shell.activate(with("GONE", "mine"), stage.activation());
        assertThat(ran.err()).isEmpty();
        assertThat(ran.environment())
                .containsEntry("A", "state")
                .containsEntry("B", "it's !1 \n\\ $X")
                .containsEntry("ORDER", "12it's !1 \n\\ $X")
                .containsEntry("GONE", "mine");
    }

    @ParameterizedTest
    @EnumSource
    void leavesPythonsVariablesAloneAndWarnsOfPythonhome(TestShell shell) {
        Ran ran = shell.activate(with("PYTHONPATH", "/p", "VIRTUAL_ENV", "/v", "PYTHONHOME", "/h"), stage.activation());
        assertThat(ran.environment())
                .containsEntry("PYTHONPATH", "/p")
                .containsEntry("VIRTUAL_ENV", "/v")
                .containsEntry("PYTHONHOME", "/h");
        assertThat(ran.err().lines())
                .hasSize(1)
                .allMatch(line -> line.startsWith("conda-stagehand: warning: PYTHONHOME"));
    }

    static Map<String, String> with(String... pairs) {
        Map<String, String> environment = new HashMap<>(BARE);
        for (int i = 0; i < pairs.length; i += 2) {
            environment.put(pairs[i], pairs[i + 1]);
        }
        return environment;
    }
}
