package org.condastagehand.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.StagingException;
import org.condastagehand.host.User;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameSearchTest {
    @TempDir
    Path root;

    private Scene scene;

    @BeforeEach
    void setUp() throws IOException {
        scene = new Scene(root);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".conda/envs/ml",
                "miniforge3/envs/ml",
                "mambaforge/envs/ml",
                "miniconda3/envs/ml",
                "anaconda3/envs/ml",
                "micromamba/envs/ml",
                ".local/share/mamba/envs/ml"
            })
    void findsANameInTheUsualPlacesOfTheHomeDirectory(String place) throws Exception {
        Path prefix = scene.env("home/ann/" + place);

        ResolvedEnv found = scene.resolve("ml");

        assertThat(found.name()).isEqualTo("ml");
        assertThat(found.source()).isEqualTo(new ResolvedEnv.LivePrefix(prefix));
        assertThat(found.original()).contains(prefix);
        assertThat(found.notes()).isEmpty();
    }

    @Test
    void takesThePlacesInCondasOrder() throws Exception {
        Path site = scene.env("sw/ml");
        scene.site("ml", site);
        assertFound(site);

        Path remembered = scene.env("scratch/ml");
        scene.file("home/ann/.conda/environments.txt", "/gone/ml", "", remembered.toString(), "relative/ml");
        assertFound(remembered);

        assertFound(scene.env("home/ann/miniforge3/envs/ml"));
        assertFound(scene.env("home/ann/.conda/envs/ml"));

        Path condarc = scene.env("group/envs/ml");
        scene.file("home/ann/.condarc", "envs_dirs:", "  - " + root.resolve("group/envs"));
        assertFound(condarc);

        Path second = scene.env("second/ml");
        scene.set("CONDA_ENVS_DIRS", root.resolve("none") + ":" + root.resolve("second"));
        assertFound(second);

        Path first = scene.env("first/ml");
        scene.set("CONDA_ENVS_PATH", root.resolve("first"));
        assertFound(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAMBA_ROOT_PREFIX", "_CONDA_ROOT"})
    void findsTheEnvironmentsOfAnInstallationThatAVariableNames(String variable) throws Exception {
        Path prefix = scene.env("opt/forge/envs/ml");
        scene.set(variable, root.resolve("opt/forge"));

        assertFound(prefix);
    }

    @Test
    void takesAWritableActiveInstallationBeforeTheHomeDirectoryAsCondaDoes() throws Exception {
        scene.env("home/ann/.conda/envs/ml");
        Path own = scene.env("opt/forge/envs/ml");
        scene.set("CONDA_EXE", root.resolve("opt/forge/bin/conda"));
        assertThat(scene.resolve("ml").source().path()).isNotEqualTo(own);

        scene.env("opt/forge");
        assertFound(own);
    }

    @Test
    void saysWhichOtherOneAnInstallationInTheHomeDirectoryWouldTake() throws Exception {
        Path used = scene.env("home/ann/.conda/envs/ml");
        Path other = scene.env("home/ann/miniforge3/envs/ml");

        assertThat(scene.resolve("ml").notes())
                .containsExactly(
                        "`" + used + "` is used; `" + other + "` has the same name, ask for it by its path to use it");
    }

    @Test
    void readsEveryCondarcOfTheUserTheMostPersonalFirst() throws Exception {
        Path last = scene.env("d/ml");
        scene.file("home/ann/.config/conda/condarc", "envs_dirs: [" + root.resolve("d") + "]");
        assertFound(last);

        Path third = scene.env("c/ml");
        scene.file("home/ann/.conda/condarc", "envs_path: [" + root.resolve("c") + "]");
        assertFound(third);

        Path second = scene.env("b/ml");
        scene.set("WHERE", root.resolve("b"));
        scene.file("home/ann/.condarc", "envs_dirs:", "- ${WHERE}");
        assertFound(second);

        Path first = scene.env("home/ann/a/ml");
        scene.set("CONDARC", scene.file("my.condarc", "envs_dirs:", "- ~/a"));
        assertFound(first);
    }

    @Test
    void findsBaseAsTheInstallationItself() throws Exception {
        Path installation = scene.env("home/ann/miniforge3");
        assertThat(scene.resolve("base").source().path()).isEqualTo(installation);

        Path active = scene.env("opt/forge");
        scene.set("CONDA_EXE", active.resolve("bin/conda"));
        assertThat(scene.resolve("base").source().path()).isEqualTo(active);
    }

    @Test
    void findsAnInstallationElsewhereByItsLineInEnvironmentsTxt() throws Exception {
        Path installation = scene.env("scratch/ann/forge");
        scene.file("scratch/ann/forge/condabin/conda", "#!/bin/sh");
        scene.file(
                "home/ann/.conda/environments.txt", scene.env("scratch/other").toString(), installation.toString());

        assertThat(scene.resolve("base").source().path()).isEqualTo(installation);
    }

    @Test
    void findsAnEnvironmentThatIsOnlyAnArchive() throws Exception {
        Path archive = scene.archive("home/ann/.conda/envs/ml.tar.gz", Scene.CREATED);

        ResolvedEnv found = scene.resolve("ml");

        assertThat(found.name()).isEqualTo("ml");
        assertThat(found.source()).isEqualTo(new ResolvedEnv.Archive(archive, 10));
        assertThat(found.original()).isEmpty();
    }

    @Test
    void doesNotCountAnEnvironmentTwiceThatALinkLeadsTo() throws Exception {
        Path prefix = scene.env("home/ann/miniforge3/envs/ml");
        Files.createDirectories(scene.home.resolve("miniconda3/envs"));
        Files.createSymbolicLink(scene.home.resolve("miniconda3/envs/ml"), prefix);

        assertFound(prefix);
    }

    @Test
    void refusesANameThatTwoInstallationsHave() throws Exception {
        Path one = scene.env("home/ann/anaconda3/envs/ml");
        Path other = scene.env("home/ann/miniforge3/envs/ml");

        assertRefused(
                "ml",
                "`ml` is the name of 2 environments: `" + one + "`, `" + other + "`",
                "ask for one by its path, such as conda_env=" + one);
    }

    @Test
    void refusesANameThatTwoLinesOfEnvironmentsTxtHave() throws Exception {
        Path one = scene.env("a/.pixi/envs/default");
        Path other = scene.env("b/.pixi/envs/default");
        scene.file("home/ann/.conda/environments.txt", one.toString(), other.toString(), one + "/");

        assertThatThrownBy(() -> scene.resolve("default"))
                .isInstanceOf(BadRequest.class)
                .hasMessageContainingAll("2 environments", one.toString(), other.toString());
    }

    @Test
    void listsWhatThereIsForANameThatIsUnknown() throws Exception {
        scene.env("home/ann/.conda/envs/ml-2024");
        scene.env("home/ann/miniforge3");
        scene.archive("home/ann/miniforge3/envs/packed.tar.zst", Scene.CREATED);
        Files.createDirectories(scene.home.resolve("miniforge3/envs/not-an-env"));
        scene.site("shared", Path.of("/sw/shared"));

        assertRefused(
                "ml2042",
                "no environment `ml2042`; there are `base`, `ml-2024`, `packed`, `shared`",
                "ask for it by its absolute path, which is listed by: conda env list");
        assertRefused(
                "ML-2042",
                "no environment `ML-2042`; there are `base`, `ml-2024`, `packed`, `shared`",
                "did you mean `ml-2024`?");
    }

    @Test
    void listsAtMostTwentyNames() throws Exception {
        for (int number = 10; number < 35; number++) {
            scene.env("home/ann/.conda/envs/e" + number);
        }

        assertThatThrownBy(() -> scene.resolve("something-else"))
                .hasMessageEndingWith("`e29` and 5 more")
                .hasMessageContaining("there are `e10`, `e11`");
    }

    @Test
    void saysSoWhenThereIsNoEnvironmentAtAll() {
        assertRefused(
                "ml",
                "no environment `ml`; there is none where conda looks",
                "ask for it by its absolute path, which is listed by: conda env list");
    }

    @Test
    void searchesOnWhereAPlaceCannotBeReadAndSaysSo() throws Exception {
        Path loop = root.resolve("loop");
        Files.createSymbolicLink(loop, loop);
        scene.set("CONDA_ENVS_PATH", loop);
        Path prefix = scene.env("home/ann/.conda/envs/ml");

        ResolvedEnv found = scene.resolve("ml");

        assertThat(found.source().path()).isEqualTo(prefix);
        assertThat(found.notes()).singleElement().asString().startsWith("cannot read `" + loop.resolve("ml") + "`: ");
        assertThatThrownBy(() -> scene.resolve("xyzzy")).hasMessageContaining("there is `ml`; cannot read `" + loop);
    }

    @Test
    void namesTheDirectoryThatItMayNotRead() throws Exception {
        assumeFalse(User.current().isRoot(), "root may read everything");
        scene.env("closed/ml");
        scene.set("CONDA_ENVS_PATH", root.resolve("closed"));
        Path prefix = scene.env("home/ann/.conda/envs/ml");

        Files.setPosixFilePermissions(root.resolve("closed"), Set.of());
        try {
            assertFound(prefix);
            assertThat(scene.resolve("ml").notes())
                    .containsExactly("cannot read `" + root.resolve("closed") + "`: permission denied");
        } finally {
            Files.setPosixFilePermissions(root.resolve("closed"), PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void passesOverPlacesThatAreFiles() throws Exception {
        scene.set("CONDA_ENVS_PATH", scene.file("a-file", "x"));
        Path prefix = scene.env("home/ann/.conda/envs/ml");

        assertFound(prefix);
        assertThat(scene.resolve("ml").notes()).isEmpty();
    }

    @Test
    void worksWithoutAHomeDirectory() throws Exception {
        scene.set("HOME", "").site("ml", scene.env("sw/ml"));

        assertFound(root.resolve("sw/ml"));
    }

    @Test
    void blamesTheSiteForATableThatIsWrong() {
        scene.site("ml", root.resolve("nowhere"));

        assertThatThrownBy(() -> scene.resolve("ml"))
                .isInstanceOf(BadSite.class)
                .hasMessage("the site's [envs] entry `ml`: there is no `" + root.resolve("nowhere") + "`");
    }

    @Test
    void takesAnArchiveFromTheSitesTableUnderTheTablesName() throws Exception {
        Path archive = scene.archive("sw/ml-2024.tar.zst", Scene.CREATED);
        scene.site("ml", archive);

        assertThat(scene.resolve("ml").name()).isEqualTo("ml");
        assertFound(archive);
    }

    @Test
    void whatTheSitePublishesIsTheSameForEverybody() throws Exception {
        scene.user(4711).site("ml", scene.env("sw/ml"));
        Path archive = scene.archive("sw/ml.tar.zst", Scene.CREATED.plusSeconds(60));
        assertThat(scene.resolve("ml").published()).isTrue();
        assertFound(archive);

        scene.env("home/ann/.conda/envs/ml");
        assertThat(scene.resolve("ml").published()).isFalse();
    }

    @Test
    void anArchiveThatOneUserHasPutBesideWhatTheSitePublishesIsForNobody() throws Exception {
        assumeTrue(User.current().isRoot(), "only root can give a file away");
        scene.user(4711).site("ml", scene.env("sw/ml"));
        Files.setAttribute(scene.archive("sw/ml.tar.zst", Scene.CREATED.plusSeconds(60)), "unix:uid", 4711);

        assertFound(root.resolve("sw/ml"));
    }

    private void assertFound(Path path) throws StagingException {
        assertThat(scene.resolve("ml").source().path()).isEqualTo(path);
    }

    private void assertRefused(String name, String message, String hint) {
        assertThatThrownBy(() -> scene.resolve(name))
                .isInstanceOf(BadRequest.class)
                .hasMessage(message)
                .satisfies(refusal ->
                        assertThat(((StagingException) refusal).hint()).contains(hint));
    }
}
