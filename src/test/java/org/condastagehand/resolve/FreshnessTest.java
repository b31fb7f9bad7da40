package org.condastagehand.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FreshnessTest {
    private static final Instant LATER = Scene.CREATED.plusSeconds(60);

    @TempDir
    Path root;

    private Scene scene;
    private Path prefix;

    @BeforeEach
    void setUp() throws IOException {
        scene = new Scene(root);
        prefix = scene.env("ml");
    }

    @Test
    void anUntouchedEnvironmentIsAsOldAsItsCreation() {
        assertThat(Freshness.newest(prefix)).isEqualTo(FileTime.from(Scene.CREATED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "conda-meta/numpy-2.0-py312_0.json",
                "conda-meta/state",
                "bin/flake8",
                "lib/libz.so",
                "lib/python3.12/site-packages/six.py",
                "lib/R/library/ggplot2/DESCRIPTION",
                "etc/conda/activate.d/env_vars.sh",
                "share/jupyter/kernels/ir/kernel.json",
                "README"
            })
    void noticesAFileThatIsNew(String file) throws IOException {
        scene.file("ml/" + file, "new");

        assertThat(Freshness.newest(prefix)).isGreaterThan(FileTime.from(Scene.CREATED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"conda-meta/history", "conda-meta/state", "etc/conda/activate.d/env_vars.sh"})
    void noticesAFileThatWasEditedInPlace(String file) throws IOException {
        scene.file("ml/" + file, "edited");
        settle();
        Scene.touch(prefix.resolve(file), LATER);

        assertThat(Freshness.newest(prefix)).isEqualTo(FileTime.from(LATER));
    }

    @Test
    void doesNotNoticeAModuleThatWasEditedInPlace() throws IOException {
        Path module = scene.file("ml/lib/python3.12/site-packages/mine/core.py", "edited");
        settle();
        Scene.touch(module, LATER);

        assertThat(Freshness.newest(prefix)).isEqualTo(FileTime.from(Scene.CREATED));
    }

    @Test
    void findsSitePackagesAlsoWherePythonIsNoLink() throws IOException {
        Files.delete(prefix.resolve("bin/python"));
        scene.file("ml/lib/python3.12/site-packages/six.py", "new");
        Scene.touch(prefix.resolve("bin"), Scene.CREATED);

        assertThat(Freshness.newest(prefix)).isGreaterThan(FileTime.from(Scene.CREATED));
    }

    @Test
    void aPrefixThatIsGoneIsAsOldAsCanBe() {
        assertThat(Freshness.newest(root.resolve("nothing"))).isEqualTo(FileTime.fromMillis(0));
    }

    private void settle() throws IOException {
        try (Stream<Path> all = Files.walk(prefix)) {
            for (Path path : all.filter(path -> !Files.isSymbolicLink(path)).toList()) {
                Scene.touch(path, Scene.CREATED);
            }
        }
    }
}
