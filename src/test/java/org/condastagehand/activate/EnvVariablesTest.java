package org.condastagehand.activate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an environment may bring along, and what of it is left out with a note. */
class EnvVariablesTest {
    @TempDir
    private Path job;

    private Stage stage;

    @BeforeEach
    void layOutTheStage() {
        stage = Stage.of(job, "demo");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PATH",
                "path",
                "CONDA_PREFIX",
                "CONDA_PREFIX_1",
                "CONDA_STAGE_STATUS",
                "CONDA_ENVS_PATH",
                "BASH_ENV",
                "ENV",
                "UID",
                "PPID",
                "IFS",
                "a b",
                "1A",
                "",
                "A=B",
                "é",
                "A;exit",
                "__conda_stage_prefix",
                "a\\nb"
            })
    void leavesOutNamesThatWouldBreakTheJob(String name) {
        Activation activation = state("{\"env_vars\": {\"" + name + "\": \"x\", \"KEPT\": \"1\"}}");
        assertThat(activation.notes()).singleElement().asString().endsWith("no name that an environment may set");
        assertThat(activation.notes().get(0)).doesNotContain("\n");
        assertThat(TestShell.BASH.activate(Map.of("PATH", "/bin"), activation).environment())
                .containsEntry("KEPT", "1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "true", "[]", "{}", "\"a\\u0000b\"", "\"\\ud800\""})
    void leavesOutValuesThatNoVariableCanHold(String value) {
        assertThat(state("{\"env_vars\": {\"A\": " + value + "}}").notes())
                .singleElement()
                .asString()
                .startsWith("the environment's variable `A` is left out: its value ");
    }

    @Test
    void leavesOutWhatLinuxWouldRefuseToStartAProgramWith() {
        String long_ = "x".repeat(100_001);
        String most = "y".repeat(90_000);
        Activation activation = state(("{'env_vars': {'A': '" + long_ + "', 'B': '" + most + "', 'C': '" + most
                        + "', 'D': '" + most + "', 'E': '" + most + "', 'F': '" + most + "', 'G': 'last'}}")
                .replace('\'', '"'));
        assertThat(activation.notes())
                .containsExactly(
                        "the environment's variable `A` is left out: too long",
                        "the environment's variable `F` is left out: too long");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "not json", "{\"env_vars\": {\"A\": 'x'}}", "{} {}", "nested", "large"})
    void toleratesFilesThatAreNoJsonObject(String text) {
        String content =
                text.equals("nested") ? "[".repeat(100_000) : text.equals("large") ? " ".repeat(1 << 21) : text;
        assertThat(state(content).notes())
                .singleElement()
                .asString()
                .startsWith("the variables in `" + stage.prefix() + "/conda-meta/state` are left out: ")
                .doesNotContain("\n");
    }

    @Test
    void toleratesBytesThatAreNoTextAndPlacesThatAreNoFile() throws IOException {
        stage.with("conda-meta/state/x", "")
                .with("etc/conda/env_vars.d/b.json", "{\"A\": 7}")
                .with("etc/conda/activate.d", "");
        Files.write(stage.prefix().resolve("etc/conda/env_vars.d/a.json"), new byte[] {'{', (byte) 0xff, '}'});
        Activation activation = stage.activation();
        assertThat(activation.notes()).singleElement().asString().endsWith("a.json` are left out: not UTF-8");
        assertThat(activation.sh()).content().contains("export A='7'\n");
    }

    @Test
    void boundsTheNumberOfScripts() {
        for (int i = 0; i <= 1000; i++) {
            stage.with("etc/conda/activate.d/%04d.sh".formatted(i), "");
        }
        Activation activation = stage.activation();
        assertThat(activation.notes())
                .containsExactly(
                        "only the first 1000 of 1001 files in `" + stage.prefix() + "/etc/conda/activate.d` are used");
        assertThat(activation.sh()).content().contains("/0999.sh'").doesNotContain("/1000.sh'");
    }

    @Test
    void namesABadDirectoryForTheFiles() {
        Stage nowhere = new Stage(job.resolve("missing"), stage.env());
        assertThat(catchThrowable(() -> Activator.activate(nowhere.env(), nowhere.directory())))
                .hasMessage("cannot write `" + job + "/missing/bash-env`: no such file or directory");
        Stage colon = Stage.of(job.resolve("a:b"), "x");
        assertThat(catchThrowable(() -> Activator.activate(colon.env(), colon.directory())))
                .hasMessageEndingWith("PATH has no way to write a colon");
    }

    @Test
    void writesFilesThatAreReadOnlyAndNoOthers() throws IOException {
        stage.activation();
        Activation again = stage.activation();
        for (Path file : List.of(again.sh(), again.csh(), again.fish(), again.bashEnv())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("r--r--r--");
        }
        try (Stream<Path> files = Files.list(stage.directory())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("activate", "activate.csh", "activate.fish", "bash-env", "envs");
        }
    }

    private Activation state(String text) {
        return stage.with("conda-meta/state", text).activation();
    }
}
