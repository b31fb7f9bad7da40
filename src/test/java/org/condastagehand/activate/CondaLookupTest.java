package org.condastagehand.activate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A job that runs {@code conda activate NAME} itself. */
class CondaLookupTest {
    // conda's look-up: the first of the directories, CONDA_ENVS_PATH's before the configured ones, that has the name
    private static final String CONDA = """
            conda() {
                [ -z "${CONDA_ENVS_DIRS-}" ] || [ -z "${CONDA_ENVS_PATH-}" ] || { echo "MultipleKeysError" >&2; return 1; }
                rest="${CONDA_ENVS_DIRS-}${CONDA_ENVS_PATH-}:$HOME/.conda/envs:"
                while [ -n "$rest" ]; do
                    candidate="${rest%%:*}/$2"; rest="${rest#*:}"
                    if [ -d "$candidate/conda-meta" ]; then export CONDA_PREFIX="$candidate"; return 0; fi
                done
                echo "EnvironmentNameNotFound: $2" >&2; return 1
            }
            """;

    @TempDir
    private Path job;

    @ParameterizedTest
    @EnumSource(names = {"BASH", "DASH", "ZSH"})
    void findsTheStagedCopyFirstAndTheUsersOtherEnvironmentsStill(TestShell shell) {
        Stage stage = Stage.of(job, "demo").with("conda-meta/history", "");
        Path home = job.resolve("home");
        TestShell.write(home.resolve(".conda/envs/demo/conda-meta/history"), "");
        TestShell.write(job.resolve("more/other/conda-meta/history"), "");
        TestShell.write(job.resolve("more/demo/conda-meta/history"), "");
        Map<String, String> user = Map.of(
                "HOME",
                home.toString(),
                "PATH",
                "/usr/bin:/bin",
                "CONDA_ENVS_DIRS",
                job.resolve("more").toString());
        for (Activation activation : new Activation[] {stage.activation(), stage.exposed()}) {
            Ran ran = shell.run(
                    user,
                    CONDA + "conda activate demo && echo $CONDA_PREFIX\n" + shell.source(activation)
                            + "\nconda activate demo && echo $CONDA_PREFIX; conda activate other && echo $CONDA_PREFIX");
            assertThat(ran)
                    .isEqualTo(new Ran(0, job + "/more/demo\n" + stage.prefix() + "\n" + job + "/more/other\n", ""));
        }
    }
}
