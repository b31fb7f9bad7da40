package org.condastagehand.activate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The files as a job gets them, whole in {@code src/test/resources/activate}. To write those anew: {@code mvn test
 * -Dtest=GoldenScriptsTest -Dgolden.update=src/test/resources/activate}, then read the difference.
 */
class GoldenScriptsTest {
    @TempDir
    private Path job;

    private Stage stage;

    @BeforeEach
    void layOutTheStage() {
        stage = Stage.of(job, "demo").with("conda-meta/state", "{\"env_vars\": {\"GREETING\": \"it's\\n@NAME@!\"}}");
        for (String extension : new String[] {"sh", "csh", "fish"}) {
            stage.with("etc/conda/activate.d/gdal-activate." + extension, "");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"activate", "activate.csh", "activate.fish", "bash-env"})
    void activates(String file) throws IOException {
        compare(stage.activation(), file, file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"activate", "activate.csh", "activate.fish"})
    void exposes(String file) throws IOException {
        compare(stage.exposed(), file, "expose/" + file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"activate", "activate.csh", "activate.fish"})
    void refuses(String file) throws IOException {
        compare(stage.refused("no environment `it's`"), file, "refuse/" + file);
    }

    @Test
    void shellcheckIsContent() {
        TestShell.BASH.executable();
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/shellcheck")), "shellcheck is not installed here");
        Activation activation = stage.activation();
        Path exposed = Stage.of(job.resolve("exposed"), "demo").exposed().sh();
        Path refused = Stage.of(job.resolve("refused"), "demo").refused("no").sh();
        assertThat(Ran.of(
                        Map.of("LC_ALL", "C.UTF-8"),
                        List.of(
                                "/usr/bin/shellcheck",
                                activation.sh().toString(),
                                activation.bashEnv().toString(),
                                exposed.toString(),
                                refused.toString())))
                .isEqualTo(new Ran(0, "", ""));
    }

    private void compare(Activation activation, String file, String golden) throws IOException {
        String written = Files.readString(activation.directory().resolve(file))
                .replace(stage.prefix().toString(), "__PREFIX__")
                .replace(stage.directory().toString(), "__STAGE__");
        String update = System.getProperty("golden.update", "");
        if (!update.isEmpty()) {
            TestShell.write(Path.of(update).resolve(golden), written);
        }
        try (InputStream in = Objects.requireNonNull(
                getClass().getResourceAsStream("/activate/" + golden), "no golden file " + golden)) {
            assertThat(written).isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
