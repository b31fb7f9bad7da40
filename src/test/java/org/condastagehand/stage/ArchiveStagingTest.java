package org.condastagehand.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.condastagehand.stage.Scenery.archive;
import static org.condastagehand.stage.Scenery.names;
import static org.condastagehand.stage.Scenery.stage;
import static org.condastagehand.stage.Scenery.target;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What staging makes of an archive equals what tar and conda-unpack make of it, but for docs/differences.md. */
class ArchiveStagingTest {
    @TempDir
    Path directory;

    Path disk;
    Path env;

    @BeforeEach
    void makeDisk() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        env = disk.resolve("env");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo.tar", "demo.tar.gz", "demo.tar.bz2", "demo.tar.xz", "demo.tar.zst"})
    void equalsTarAndCondaUnpack(String name) throws Exception {
        Path archive = Demo.pack().write(directory.resolve(name));
        Tree expected = ManualWay.unpackedAt(archive, env, "");
        Demo.correct(expected, env.toString());

        Stager.Staged staged = stage(archive(archive), env);

        assertThat(Tree.of(env).against(expected, 0)).isEmpty();
        assertThat(staged.notes()).isEmpty();
        assertThat(names(disk)).containsExactly("env");
    }

    @Test
    void anUnwritableCopyDiffersInItsModesOnly() throws Exception {
        Path archive = Demo.pack().write(directory.resolve("demo.tar.gz"));
        Tree expected = ManualWay.unpackedAt(archive, env, "");
        Demo.correct(expected, env.toString());

        new Stager(Scenery.NO_LIMITS).stage(archive(archive), target(env, false));

        assertThat(Tree.of(env).against(expected, 0222)).isEmpty();
        assertThat(Files.getAttribute(env, "unix:mode")).isEqualTo(0040500);
    }

    @Test
    void aWritableCopyIsPrivateToTheUser() throws Exception {
        stage(archive(Demo.pack().write(directory.resolve("demo.tar"))), env);

        assertThat(Files.getAttribute(env, "unix:mode")).isEqualTo(0040700);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo-1.0", "opt/demo-1.0"})
    void takesAnArchiveWhoseMembersAllLieBelowADirectory(String arcroot) throws Exception {
        Path archive = Demo.pack().arcroot(arcroot).write(directory.resolve("demo.tar.zst"));
        Tree expected = ManualWay.unpackedAt(archive, env, arcroot + "/");
        Demo.correct(expected, env.toString());

        stage(archive(archive), env);

        assertThat(Tree.of(env).against(expected, 0)).isEmpty();
        assertThat(names(disk)).containsExactly("env");
    }

    @Test
    void aHardLinkThatCarriesDataIsALinkAndAllBehindItIsThere() throws Exception {
        CondaPack pack = new CondaPack()
                .file("conda-meta/history", "")
                .file("share/a.txt", "shared\n")
                .hardLinkWithData("share/b.txt", "share/a.txt", "data that no hard link should carry\n")
                .file("share/c.txt", "behind it\n");

        stage(archive(pack.write(directory.resolve("demo.tar.gz"))), env);

        assertThat(env.resolve("share/b.txt")).hasContent("shared\n");
        assertThat(env.resolve("share/c.txt")).hasContent("behind it\n");
    }

    @Test
    void hardLinksShareTheirInodeAndTimesKeepTheirNanoseconds() throws Exception {
        stage(archive(Demo.pack().write(directory.resolve("demo.tar.gz"))), env);

        assertThat(Files.getAttribute(env.resolve("share/a.txt"), "unix:ino"))
                .isEqualTo(Files.getAttribute(env.resolve("share/b.txt"), "unix:ino"));
        for (String path : List.of("share/a.txt", "lib/readonly.py", "bin/python3.11", "var/empty")) {
            assertThat(Files.getLastModifiedTime(env.resolve(path))).as(path).isEqualTo(CondaPack.TIME);
        }
        // lutimes(2) counts microseconds
        for (String path : List.of("etc/relative-link", "share/absolute-link")) {
            assertThat(Files.getLastModifiedTime(env.resolve(path), LinkOption.NOFOLLOW_LINKS)
                            .toMillis())
                    .as(path)
                    .isEqualTo(CondaPack.TIME.toMillis());
        }
    }

    @Test
    void aHardLinkMayMeanAnotherOne() throws Exception {
        CondaPack pack = Demo.pack();
        for (int i = 0; i < 200; i++) {
            pack.hardLink("share/link" + i, i == 0 ? "share/a.txt" : "share/link" + (i - 1));
        }

        stage(archive(pack.write(directory.resolve("demo.tar"))), env);

        assertThat(Files.getAttribute(env.resolve("share/link199"), "unix:ino"))
                .isEqualTo(Files.getAttribute(env.resolve("share/a.txt"), "unix:ino"));
    }

    @Test
    void modesOfDirectoriesAreTheArchivesOwn() throws Exception {
        CondaPack pack = Demo.pack().directory("share", 0555).directory("var", 0711);

        stage(archive(pack.write(directory.resolve("demo.tar"))), env);

        assertThat(Files.getAttribute(env.resolve("var/empty"), "unix:mode")).isEqualTo(0040750);
        assertThat(Files.getAttribute(env.resolve("share"), "unix:mode")).isEqualTo(0040555);
        assertThat(Files.getAttribute(env.resolve("var"), "unix:mode")).isEqualTo(0040711);
        assertThat(Files.getLastModifiedTime(env.resolve("var"))).isEqualTo(CondaPack.TIME);
    }

    @Test
    void aFirstLineOfMoreThan127BytesGoesThroughEnv() throws Exception {
        Path to = Scenery.place(disk, 200);
        CondaPack pack = new CondaPack()
                .file("conda-meta/history", "")
                .program("bin/plain", "#!/old/bin/python\nimport demo\n")
                .record("bin/plain", "/old", "text")
                .program("bin/options", "#!/old/bin/python -I -u\nimport demo\n")
                .record("bin/options", "/old", "text");

        stage(archive(pack.write(directory.resolve("demo.tar.gz"))), to);

        assertThat(to.resolve("bin/plain")).hasContent("#!/usr/bin/env python\nimport demo");
        assertThat(to.resolve("bin/options")).hasContent("#!/usr/bin/env -S python -I -u\nimport demo");
    }

    @Test
    void theOldPrefixInThePathOfTheNewOneIsReplacedOnce() throws Exception {
        Path to = Files.createDirectories(Path.of(disk + "/shared/home/ada")).resolve("demo");
        CondaPack pack = new CondaPack()
                .file("conda-meta/history", "")
                .program("bin/python3", "#!" + Demo.PLACEHOLDER + "/bin/python\n# /home/ada/demo\n")
                .file("share/a.txt", "at /home/ada/demo\n")
                .hardLink("share/b.txt", "share/a.txt")
                .record("share/a.txt", "/home/ada/demo", "text")
                .record("share/b.txt", "/home/ada/demo", "text")
                .file("share/c.txt", Demo.PLACEHOLDER)
                .record("share/c.txt", Demo.PLACEHOLDER, "text");

        stage(archive(pack.write(directory.resolve("demo.tar.gz"))), to);

        assertThat(to.resolve("share/a.txt")).hasContent("at " + to);
        assertThat(to.resolve("share/b.txt")).hasContent("at " + to);
        assertThat(to.resolve("bin/python3")).hasContent("#!" + to + "/bin/python\n# " + to);
    }

    @Test
    void aBinaryWithoutRoomIsLeftAndCounted() throws Exception {
        Path to = Scenery.place(disk, 200);
        Path archive = Demo.pack().write(directory.resolve("demo.tar.gz"));

        Stager.Staged staged = stage(archive(archive), to);

        assertThat(staged.notes())
                .containsExactly(
                        "1 binary still names the original prefix, having no room for the new one: `lib/libpip.so`");
        assertThat(Tree.of(to).text("lib/libpip.so"))
                .isEqualTo(ManualWay.untar(archive, "").text("lib/libpip.so"));
    }

    @Test
    void aDirectorysSetGidBitIsDropped() throws Exception {
        Path archive = Demo.pack().directory("var", 02775).write(directory.resolve("demo.tar.gz"));

        stage(archive(archive), env);

        assertThat(Files.getAttribute(env.resolve("var"), "unix:mode")).isEqualTo(0040775);
    }

    @Test
    void aLinksTargetLosesDoubledAndTrailingSlashes() throws Exception {
        Path archive = Demo.pack().symlink("share/link", "..//lib/").write(directory.resolve("demo.tar.gz"));

        stage(archive(archive), env);

        assertThat(Files.readSymbolicLink(env.resolve("share/link"))).hasToString("../lib");
    }
}
