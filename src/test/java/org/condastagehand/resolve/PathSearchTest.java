package org.condastagehand.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.StagingException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathSearchTest {
    @TempDir
    Path root;

    private Scene scene;

    @BeforeEach
    void setUp() throws IOException {
        scene = new Scene(root);
    }

    @Test
    void takesAPrefix() throws Exception {
        Path prefix = scene.env("proj/.pixi/envs/default");

        assertThat(scene.resolve(prefix.toString()).name()).isEqualTo("default");
        assertThat(scene.resolve(prefix.toString()).source()).isEqualTo(new ResolvedEnv.LivePrefix(prefix));
    }

    @ParameterizedTest
    @ValueSource(strings = {".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".tzst"})
    void takesAnArchiveAndItsNameWithoutTheEnding(String ending) throws Exception {
        Path archive = scene.archive("packed/ml.2024" + ending, Scene.CREATED);

        ResolvedEnv found = scene.resolve(archive.toString());

        assertThat(found.name()).isEqualTo("ml.2024");
        assertThat(found.source()).isEqualTo(new ResolvedEnv.Archive(archive, 10));
        assertThat(found.original()).isEmpty();
    }

    @Test
    void fallsBackToTheEnvironmentBesideAnArchive() throws Exception {
        Path prefix = scene.env("envs/ml");
        Path archive = scene.archive("envs/ml.tar.gz", Scene.CREATED.minusSeconds(1));

        ResolvedEnv found = scene.resolve(archive.toString());

        assertThat(found.source().path()).isEqualTo(archive);
        assertThat(found.original()).contains(prefix);
        assertThat(found.notes())
                .containsExactly("`" + archive + "` is older than the environment, `" + prefix
                        + "`, and is staged as asked; to renew it: conda-stagehand pack " + prefix + " -o " + archive
                        + " --force");
    }

    @ParameterizedTest
    @CsvSource({"my env, my_env", "-rf, env-rf", "a:b, a_b", "'(x)', _x_", "grün, grün"})
    void givesAnAwkwardDirectoryANameThatCondaCanActivate(String directory, String name) throws Exception {
        assertThat(scene.resolve(scene.env("e/" + directory).toString()).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ml.zip", "ml.squashfs", "ml-1.0-el7.parcel"})
    void saysWhatToPackInsteadOfAFormatThatItCannotStage(String name) throws Exception {
        Path archive = scene.archive(name, Scene.CREATED);

        assertRefused(
                archive,
                "`" + archive + "` is in a format that cannot be staged",
                "pack the environment as a tar: conda-stagehand pack NAME");
    }

    @Test
    void refusesWhatIsNeither() throws Exception {
        Path text = scene.file("environment.yml", "name: ml");
        Path directory = Files.createDirectories(root.resolve("empty"));
        Path nothing = root.resolve("nothing");

        assertRefused(
                text,
                "`" + text + "` is neither an environment's directory nor an archive"
                        + " (.tar.zst .tzst .tar .tar.gz .tgz .tar.xz .txz .tar.bz2 .tbz2)",
                "pack an environment: conda-stagehand pack NAME");
        assertRefused(
                directory,
                "`" + directory + "` is not an environment: it has no `conda-meta`",
                "to see what there is: conda env list");
        assertRefused(nothing, "there is no `" + nothing + "`", "to see what there is: conda env list");
    }

    @Test
    void refusesAnEmptyArchive() throws Exception {
        Path archive = scene.file("ml.tar.gz", "");

        assertRefused(
                archive,
                "`" + archive + "` is empty",
                "pack it again: conda-stagehand pack ENV -o " + archive + " --force");
    }

    @Test
    void pointsToTheArchiveOfAPrefixThatIsGone() throws Exception {
        Path archive = scene.archive("envs/ml.tar.gz", Scene.CREATED);

        assertRefused(
                root.resolve("envs/ml"),
                "there is no `" + root.resolve("envs/ml") + "`",
                "there is an archive of it: conda_env=" + archive);
    }

    @Test
    @Timeout(120)
    void neverOpensAPipe() throws Exception {
        Path pipe = root.resolve("ml.tar.gz");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        scene.env("ml");

        assertThatThrownBy(() -> scene.resolve(pipe.toString()))
                .isInstanceOf(BadRequest.class)
                .hasMessage("`" + pipe + "` is neither an environment's directory nor a regular file");
        assertThat(scene.resolve(root.resolve("ml").toString()).notes())
                .singleElement()
                .asString()
                .startsWith("passed over `" + pipe + "`: it is not a regular file");
    }

    @Test
    void saysWhyAPathCannotBeRead() throws Exception {
        Path loop = root.resolve("loop");
        Files.createSymbolicLink(loop, loop);

        assertThatThrownBy(() -> scene.resolve(loop.toString()))
                .isInstanceOf(BadRequest.class)
                .hasMessageStartingWith("cannot read `" + loop + "`: Too many levels of symbolic links");
    }

    @Test
    void takesAnArchiveThatIsTheUsersOwnChoiceWhoeverOwnsItAndHoweverOldItIs() throws Exception {
        Path archive = scene.archive("ml.tar.gz", Scene.CREATED.minus(Duration.ofDays(999)));
        scene.user(54321);

        assertThat(scene.resolve(archive.toString()).notes()).isEmpty();
    }

    private void assertRefused(Path path, String message, String hint) {
        assertThatThrownBy(() -> scene.resolve(path.toString()))
                .isInstanceOf(BadRequest.class)
                .hasMessage(message)
                .satisfies(refusal ->
                        assertThat(((StagingException) refusal).hint()).contains(hint));
    }
}
