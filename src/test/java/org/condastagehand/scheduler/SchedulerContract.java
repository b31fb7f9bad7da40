package org.condastagehand.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.condastagehand.request.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users may rely on whichever scheduler their job runs under. {@link SchedulersTest} has each scheduler keep it. */
interface SchedulerContract {
    /**
     * Reads the request of a job.
     *
     * @param told what the scheduler was told, in the way of that scheduler: {@code conda_env=TOLD}
     * @param environment variables that the hook sees beside those of the scheduler
     * @param directory the job's working directory
     */
    Reading read(Optional<String> told, Map<String, String> environment, Path directory) throws BadRequest, IOException;

    private static String env(Reading reading) {
        return reading.request() instanceof Request.Wanted wanted
                ? wanted.job().first().toString()
                : reading.request().getClass().getSimpleName();
    }

    private static void file(Path directory, String text) throws IOException {
        Files.writeString(directory.resolve(".conda-stage.toml"), text);
    }

    @Test
    default void whatItWasToldComesBeforeTheVariableAndThatBeforeTheFile(@TempDir Path directory) throws Exception {
        file(directory, "env = \"file\"");
        Map<String, String> variable = Map.of("CONDA_STAGE_ENV", "variable");

        assertThat(env(read(Optional.of("told"), variable, directory))).isEqualTo("told");
        assertThat(env(read(Optional.empty(), variable, directory))).isEqualTo("variable");
        assertThat(env(read(Optional.empty(), Map.of(), directory))).isEqualTo("file");
    }

    @Test
    default void aJobThatAsksForNothingGetsNothing(@TempDir Path directory) throws Exception {
        assertThat(env(read(Optional.empty(), Map.of(), directory))).isEqualTo("Nothing");
    }

    @Test
    default void noneTurnsStagingOffWhateverTheVariableAndTheFileSay(@TempDir Path directory) throws Exception {
        file(directory, "env = \"file\"");

        assertThat(env(read(Optional.of("none"), Map.of("CONDA_STAGE_ENV", "variable"), directory)))
                .isEqualTo("TurnedOff");
    }

    @Test
    default void theMainSwitchTurnsStagingOffWhateverItWasTold(@TempDir Path directory) throws Exception {
        assertThat(env(read(Optional.of("told"), Map.of("CONDA_STAGE", "false"), directory)))
                .isEqualTo("TurnedOff");
    }

    @Test
    default void theFileSaysHowToStageWhoeverNamedTheEnvironment(@TempDir Path directory) throws Exception {
        file(directory, "writable = true");

        assertThat(read(Optional.of("told"), Map.of(), directory).request())
                .isInstanceOfSatisfying(
                        Request.Wanted.class,
                        wanted -> assertThat(wanted.job().options().writable()).isTrue());
    }

    @Test
    default void whatCannotBeAnEnvironmentIsRefusedInOneLine(@TempDir Path directory) {
        assertThatThrownBy(() -> read(Optional.of("a/b"), Map.of(), directory))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("a/b")
                .hasMessageNotContaining("\n");
    }
}
