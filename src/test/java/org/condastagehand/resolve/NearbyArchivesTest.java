package org.condastagehand.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.condastagehand.host.StagingException;
import org.condastagehand.host.User;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NearbyArchivesTest {
    @TempDir
    Path root;

    private Scene scene;
    private Path prefix;

    @BeforeEach
    void setUp() throws IOException {
        scene = new Scene(root);
        prefix = scene.env("home/ann/.conda/envs/ml");
    }

    @Test
    void usesAnArchiveThatIsAsNewAsItsEnvironment() throws Exception {
        Path archive = archive(".tar.gz", 0);

        ResolvedEnv found = scene.resolve("ml");

        assertThat(found.source()).isEqualTo(new ResolvedEnv.Archive(archive, 10));
        assertThat(found.original()).contains(prefix);
        assertThat(found.notes()).isEmpty();
        assertThat(scene.resolve(prefix.toString()).source().path()).isEqualTo(archive);
    }

    @Test
    void passesOverAnArchiveThatIsOlderAndSaysWhatToType() throws Exception {
        Path archive = archive(".tar.gz", -1);

        assertPassedOver("passed over `" + archive + "`: it is older than the environment: conda-stagehand pack ml -o "
                + archive + " --force");
    }

    @Test
    void usesTheNewestOfSeveral() throws Exception {
        archive(".tar.zst", 1);
        Path newest = archive(".tar.gz", 2);
        archive(".tar.bz2", -5);

        assertThat(scene.resolve("ml").source().path()).isEqualTo(newest);
        assertThat(scene.resolve("ml").notes()).isEmpty();
    }

    @Test
    void prefersZstdAmongEquals() throws Exception {
        archive(".tar.gz", 1);
        archive(".tar", 1);
        Path quickest = archive(".tar.zst", 1);

        assertThat(scene.resolve("ml").source().path()).isEqualTo(quickest);
    }

    @Test
    void passesOverAnArchiveThatEverybodyCanWrite() throws Exception {
        Path archive = archive(".tar.gz", 1);
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-rw-rw-"));

        assertPassedOver("passed over `" + archive + "`: everybody can write it: chmod o-w " + archive);
    }

    @Test
    void passesOverALink() throws Exception {
        Path link = Files.createSymbolicLink(beside(".tar.gz"), scene.archive("else.tar.gz", Scene.CREATED));

        assertPassedOver(
                "passed over `" + link + "`: it is not a regular file; to use it all the same, ask for it by its path");
    }

    @Test
    void passesOverAnEmptyFile() throws Exception {
        Path archive = scene.file("home/ann/.conda/envs/ml.tgz", "");

        assertPassedOver("passed over `" + archive + "`: it is empty: rm " + archive);
    }

    @Test
    void passesOverAnotherUsersArchive() throws Exception {
        Path archive = archive(".tar.gz", 1);
        own(archive, 54321);

        assertPassedOver("passed over `" + archive
                + "`: it belongs to another user (uid 54321); to use it all the same, ask for it by its path");
    }

    @Test
    void usesAnArchiveOfTheEnvironmentsOwner() throws Exception {
        Path archive = archive(".tar.gz", 1);
        own(archive, 54321);
        own(prefix, 54321);

        assertThat(scene.resolve("ml").source().path()).isEqualTo(archive);
    }

    @Test
    void usesTheUsersOwnArchiveOfSomebodyElsesEnvironment() throws Exception {
        Path archive = archive(".tar.gz", 1);
        own(archive, 12345);
        own(prefix, 54321);

        assertThat(scene.user(12345).resolve("ml").source().path()).isEqualTo(archive);
    }

    @Test
    void findsTheArchiveBesideWhatALinkLeadsTo() throws Exception {
        scene.env("scratch/real");
        Path archive = scene.archive("scratch/real.tar.gz", Scene.CREATED);
        Files.createSymbolicLink(root.resolve("home/ann/.conda/envs/linked"), root.resolve("scratch/real"));

        assertThat(scene.resolve("linked").source().path()).isEqualTo(archive);
    }

    @Test
    void anArchiveWithoutAnEnvironmentNeedsTheDirectorysOwner() throws Exception {
        Path archive = scene.archive("home/ann/.conda/envs/packed.tar.gz", Scene.CREATED);
        own(archive, 54321);

        assertThatThrownBy(() -> scene.resolve("packed"))
                .hasMessageContaining("passed over `" + archive + "`: it belongs to another user (uid 54321)");

        own(archive.getParent(), 54321);
        assertThat(scene.resolve("packed").source().path()).isEqualTo(archive);
    }

    @Test
    void quotesAPathThatAShellWouldSplit() throws Exception {
        Path awkward = scene.env("it's mine/ml");
        Path archive = scene.archive("it's mine/ml.tar.gz", Scene.CREATED.minusSeconds(1));

        assertThat(scene.resolve(awkward.toString()).notes())
                .singleElement()
                .asString()
                .endsWith("conda-stagehand pack '" + awkward.toString().replace("'", "'\\''") + "' -o '"
                        + archive.toString().replace("'", "'\\''") + "' --force");
    }

    @Test
    void anArchiveThatCarriesTheStateIsGoodHoweverOldItIs() throws Exception {
        Path archive = archive(".tar.zst", -1000);
        scene.state(archive, EnvState.ofPrefix(prefix));

        assertThat(scene.resolve("ml").source().path()).isEqualTo(archive);
        assertThat(scene.resolve("ml").notes()).isEmpty();
    }

    /** What changes an environment after it was packed. */
    enum Change {
        CONDA_INSTALL {
            @Override
            void in(Path prefix) throws IOException {
                Files.writeString(
                        prefix.resolve("conda-meta/history"), "==> 2026-03-02 <==\n", StandardOpenOption.APPEND);
            }
        },
        PIP_UPGRADE {
            @Override
            void in(Path prefix) throws IOException {
                Files.createDirectories(prefix.resolve("lib/python3.12/site-packages/numpy-2.dist-info"));
            }
        },
        /** {@code cp -p}, rsync and restores bring the times along: by the times the archive is newer than all. */
        OLDER_BACKUP {
            @Override
            void in(Path prefix) throws IOException {
                Scene.touch(prefix.resolve("conda-meta/history"), Scene.CREATED.minusSeconds(86_400));
            }
        };

        abstract void in(Path prefix) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void passesOverAnArchiveOfAnotherState(Change change) throws Exception {
        Path archive = archive(".tar.zst", 1_000_000_000);
        scene.state(archive, EnvState.ofPrefix(prefix));
        change.in(prefix);

        assertPassedOver("passed over `" + archive + "`: it holds another state of the environment than it has now:"
                + " conda-stagehand pack ml -o " + archive + " --force");
    }

    @ParameterizedTest
    @EnumSource
    void anArchiveThatIsAskedForIsUsedInAnyStateAndSaysSo(Change change) throws Exception {
        Path archive = archive(".tar.zst", 1_000_000_000);
        scene.state(archive, EnvState.ofPrefix(prefix));
        change.in(prefix);

        ResolvedEnv found = scene.resolve(archive.toString());

        assertThat(found.source().path()).isEqualTo(archive);
        assertThat(found.notes())
                .containsExactly("`" + archive + "` holds another state of the environment than it has now, `" + prefix
                        + "`, and is staged as asked; to renew it: conda-stagehand pack " + prefix + " -o " + archive
                        + " --force");
    }

    @Test
    void usesWhatAJobHasKeptOfItAsItIsNow() throws Exception {
        Path kept = kept();

        ResolvedEnv found = scene.resolve("ml");

        assertThat(found.source()).isEqualTo(new ResolvedEnv.Archive(kept, 10, true));
        assertThat(found.original()).contains(prefix);
        assertThat(found.notes()).isEmpty();
        assertThat(EnvState.of(found)).isEqualTo(EnvState.of(found.live().orElseThrow()));
    }

    @ParameterizedTest
    @EnumSource
    void whatAJobHasKeptOfAnotherStateIsNotEvenLookedAt(Change change) throws Exception {
        kept();
        change.in(prefix);

        ResolvedEnv found = scene.resolve("ml");

        assertThat(found.source()).isEqualTo(new ResolvedEnv.LivePrefix(prefix));
        assertThat(found.notes()).isEmpty();
    }

    @Test
    void prefersAnArchiveThatTheUserHasMade() throws Exception {
        kept();
        Path own = archive(".tar.gz", 1);

        assertThat(scene.resolve("ml").source().path()).isEqualTo(own);
    }

    @Test
    void keepsAwayFromWhatOthersCouldHavePutThere() throws Exception {
        Path kept = kept();
        Files.setPosixFilePermissions(kept.getParent(), PosixFilePermissions.fromString("rwxrwx---"));

        assertPassedOver("passed over `" + kept + "`: others may write beside it: chmod 700 " + kept.getParent());

        Files.setPosixFilePermissions(kept.getParent(), PosixFilePermissions.fromString("rwx------"));
        own(kept, 54321);
        assertPassedOver("passed over `" + kept + "`: it is another user's: rm " + kept);
    }

    private Path kept() throws IOException {
        Path directory = Files.createDirectories(root.resolve("home/ann/.cache/conda-stagehand/archives"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        scene.keeps(directory);
        Path file = new KeptArchives(directory).file(prefix, EnvState.ofPrefix(prefix));
        return scene.archive(root.relativize(file).toString(), Scene.CREATED);
    }

    private Path archive(String ending, int secondsLater) throws IOException {
        return scene.archive("home/ann/.conda/envs/ml" + ending, Scene.CREATED.plusSeconds(secondsLater));
    }

    private Path beside(String ending) {
        return prefix.resolveSibling("ml" + ending);
    }

    private static void own(Path path, int uid) throws IOException {
        assumeTrue(User.current().isRoot(), "only root can give a file away");
        Files.setAttribute(path, "unix:uid", uid);
    }

    private void assertPassedOver(String note) throws StagingException {
        assertThat(scene.resolve("ml").source()).isEqualTo(new ResolvedEnv.LivePrefix(prefix));
        assertThat(scene.resolve("ml").notes()).containsExactly(note);
    }
}
