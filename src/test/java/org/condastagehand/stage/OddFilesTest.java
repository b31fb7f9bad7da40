package org.condastagehand.stage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.condastagehand.stage.Scenery.archive;
import static org.condastagehand.stage.Scenery.names;
import static org.condastagehand.stage.Scenery.prefix;
import static org.condastagehand.stage.Scenery.stage;

import java.nio.file.Files;
import java.nio.file.Path;
import org.condastagehand.host.BadRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contents and names that are legal and rare. */
class OddFilesTest {
    private static final String MUCH = "0123456789abcdef".repeat(9 << 16); // 9 MiB, more than is held in memory

    @TempDir
    Path directory;

    Path disk;
    Path env;

    @BeforeEach
    void makeDisk() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        env = disk.resolve("env");
    }

    @Test
    void largeFilesAreRelocatedOnTheirWayToo() throws Exception {
        String p = Demo.PLACEHOLDER;
        LiveEnv large = LiveEnv.demo()
                .file("lib/large.so", 0755, LiveEnv.Kind.BINARY, Demo.ELF + MUCH + "\0" + p + "/a:" + p + "/b\0end")
                .file("lib/large-pip.so", 0555, LiveEnv.Kind.PIP_BINARY, Demo.ELF + MUCH + "\0" + p + "/a\0end")
                .file("share/large.txt", 0444, LiveEnv.Kind.TEXT, p + "\n" + MUCH + p + "\n");
        Path from = large.make(Scenery.place(directory.resolve("home"), 110));

        for (Path to : new Path[] {Scenery.place(disk, 110), Scenery.place(disk, 180)}) {
            stage(prefix(from), to);

            Tree expected = large.moved(from, from.toString(), to.toString());
            assertThat(Tree.of(to).against(expected, 0)).isEmpty();
            assertThat(Files.getLastModifiedTime(to.resolve("share/large.txt"))).isEqualTo(CondaPack.TIME);
        }
    }

    @Test
    void aCharacterAcrossTheEdgeOfABlockDoesNotMakeATextABinary() throws Exception {
        String umlauts = "x" + ManualWay.latin("ä").repeat(1 << 13);
        LiveEnv texts = LiveEnv.demo()
                .file("share/small.txt", 0644, LiveEnv.Kind.TEXT, umlauts + Demo.PLACEHOLDER + "\n")
                .file("share/large.txt", 0644, LiveEnv.Kind.TEXT, umlauts + MUCH + Demo.PLACEHOLDER + "\n");
        Path from = texts.make(directory.resolve("home/envs/demo"));

        stage(prefix(from), env);

        Tree expected = texts.moved(from, from.toString(), env.toString());
        assertThat(Tree.of(env).against(expected, 0)).isEmpty();
    }

    @Test
    void offsetsInALargeBinaryStayEvenWhereItBeginsAsAText() throws Exception {
        LiveEnv installer = LiveEnv.demo()
                .file(
                        "share/run.sh",
                        0755,
                        LiveEnv.Kind.PIP_BINARY,
                        "#!/bin/sh\n" + MUCH + Demo.PLACEHOLDER + "/x\0end");
        Path from = installer.make(Scenery.place(directory.resolve("home"), 170));

        stage(prefix(from), env);

        Tree expected = installer.moved(from, from.toString(), env.toString());
        assertThat(Tree.of(env).against(expected, 0)).isEmpty();
    }

    @Test
    void anArchiveForOnePlaceHasItsTextsJudgedWhole() throws Exception {
        String umlauts = "x" + ManualWay.latin("ä").repeat(1 << 13);
        Path archive = new CondaPack()
                .withoutRecords()
                .program("bin/python", "")
                .program("bin/tool", "#!/opt/site/demo/bin/python\n")
                .file("conda-meta/history", "")
                .file("share/small.txt", 0644, (umlauts + "/opt/site/demo\n").getBytes(ISO_8859_1))
                .write(directory.resolve("demo.tar.gz"));

        stage(archive(archive), env);

        assertThat(Files.readString(env.resolve("share/small.txt"))).endsWith("ä" + env + "\n");
        assertThat(env.resolve("bin/tool")).hasContent("#!" + env + "/bin/python");
    }

    @Test
    void aLargeTextWithoutARecordStaysAsItIs() throws Exception {
        Path archive = Demo.pack()
                .file("share/large.txt", MUCH + Demo.ORIGINAL + "\n")
                .file("share/large.so", 0755, (Demo.ELF + MUCH + Demo.ORIGINAL + "\0end").getBytes(ISO_8859_1))
                .write(directory.resolve("demo.tar.gz"));
        Tree expected = ManualWay.unpackedAt(archive, env, "");
        Demo.correct(expected, env.toString());
        expected.correct(
                "share/large.so", ManualWay.binary(expected.text("share/large.so"), Demo.ORIGINAL, env.toString()));

        stage(archive(archive), env);

        assertThat(Tree.of(env).against(expected, 0)).isEmpty();
    }

    @Test
    void aLargeHookIsBlankToo() throws Exception {
        Path archive = Demo.pack()
                .file("etc/conda/activate.d/large.conda-stage-auto.sh", MUCH)
                .write(directory.resolve("demo.tar.gz"));

        stage(archive(archive), env);

        assertThat(env.resolve("etc/conda/activate.d/large.conda-stage-auto.sh"))
                .isEmptyFile();
    }

    @Test
    void aFirstLineThatCannotBeOneIsLeftAlone() throws Exception {
        String nul = "#!/usr/bin/env per\0l -w\n";
        String path = "#!/usr/bin/env /usr/bin/env -i\n";
        LiveEnv odd = LiveEnv.demo().file("bin/nul", 0755, LiveEnv.Kind.AS_IS, nul);
        Path from = odd.file("bin/path", 0755, LiveEnv.Kind.AS_IS, path).make(directory.resolve("home/envs/demo"));

        stage(prefix(from), env);

        assertThat(Files.readString(env.resolve("bin/nul")).substring(14)).contains("per\0l");
        assertThat(Files.readString(env.resolve("bin/path"))).isEqualTo(path);
    }

    @Test
    void namesWithControlCharactersAreNamesLikeOthers() throws Exception {
        Path archive = new CondaPack()
                .file("conda-meta/history", "")
                .file("share/a\nb\u001b[31m", "odd\n")
                .write(directory.resolve("demo.tar.gz"));

        stage(archive(archive), env);

        assertThat(env.resolve("share/a\nb\u001b[31m")).hasContent("odd\n");
    }

    @Test
    void aLinkOrNameThatIsNotUtf8IsRefused() throws Exception {
        Path from = LiveEnv.demo().make(directory.resolve("home/envs/demo"));
        shell("ln -s \"$(printf 'caf\\351')\" '" + from + "/share/latin'");
        assertThatThrownBy(() -> stage(prefix(from), env))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("share/latin")
                .hasMessageContaining("UTF-8");

        Path second = LiveEnv.demo().make(directory.resolve("home/envs/second"));
        shell("touch '" + second + "/share/'\"$(printf 'caf\\351')\"");
        assertThatThrownBy(() -> stage(prefix(second), env))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("UTF-8");
        assertThat(names(disk)).isEmpty();
    }

    @Test
    void anAbsoluteLinkIsRelocatedHoweverItsSlashesStand() throws Exception {
        Path archive = Demo.pack()
                .symlink("share/to-directory", Demo.ORIGINAL + "//share/tools/")
                .write(directory.resolve("demo.tar.gz"));

        stage(archive(archive), env);

        assertThat(Files.readSymbolicLink(env.resolve("share/to-directory"))).isEqualTo(env.resolve("share/tools"));
    }

    private static void shell(String command) throws Exception {
        assertThat(new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor())
                .isZero();
    }
}
