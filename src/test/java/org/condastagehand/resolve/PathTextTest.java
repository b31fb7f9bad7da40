package org.condastagehand.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTextTest {
    @TempDir
    Path root;

    @ParameterizedTest
    @CsvSource({
        "/scratch/$USER/envs, /scratch/ann/envs",
        "/scratch/${USER}s/envs, /scratch/anns/envs",
        "/x/$ODD/../y, /x/y",
        "/a/$UNSET/${UNSET}, /a/$UNSET/${UNSET}",
        "/a/$/${, /a/$/${",
        "/price/$1, /price/$1"
    })
    void expandsVariablesAsPythonDoes(String text, String path) throws IOException {
        assertThat(paths().path(text)).contains(Path.of(path));
    }

    @Test
    void expandsATildeAndMakesTheRestAbsolute() throws IOException {
        Path home = root.resolve("home/ann");
        assertThat(paths().path("~")).contains(home);
        assertThat(paths().path(" ~/envs/ ")).contains(home.resolve("envs"));
        assertThat(paths().path("~bob/envs")).contains(root.resolve("~bob/envs"));
        assertThat(paths().path("envs")).contains(root.resolve("envs"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "/a\0b"})
    void isNoPath(String text) throws IOException {
        assertThat(paths().path(text)).isEmpty();
    }

    private PathText paths() throws IOException {
        return new PathText(
                new Scene(root).set("USER", "ann").set("ODD", "a$USER\\1").host());
    }
}
