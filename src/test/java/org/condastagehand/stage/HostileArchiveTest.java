package org.condastagehand.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.condastagehand.stage.Scenery.archive;
import static org.condastagehand.stage.Scenery.names;
import static org.condastagehand.stage.Scenery.stage;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.condastagehand.host.BadRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives that want to leave the place they are unpacked to, or that no packer makes: refused, and nothing is left. */
class HostileArchiveTest {
    @TempDir
    Path directory;

    Path disk;
    Path canary;
    Tree before;

    @BeforeEach
    void makeDisk() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        canary = Files.createDirectories(directory.resolve("canary/bin")).getParent();
        Files.writeString(canary.resolve("file"), "tweet " + Demo.PLACEHOLDER + "\n");
        Files.writeString(canary.resolve("bin/python3"), "#!" + Demo.PLACEHOLDER + "/bin/python3\n");
        Files.writeString(
                canary.resolve("bin/conda-unpack"),
                new CondaPack().record("a", Demo.PLACEHOLDER, "text").script());
        before = Tree.of(canary);
    }

    private static Arguments hostile(String what, BiFunction<CondaPack, String, CondaPack> members) {
        return arguments(what, members);
    }

    private static final String P = Demo.PLACEHOLDER;

    static Stream<Arguments> hostile() {
        return Stream.of(
                hostile("climbs out", (pack, canary) -> pack.file("../x", "x")),
                hostile("climbs out from within", (pack, canary) -> pack.file("share/../../x", "x")),
                hostile("climbs to the end", (pack, canary) -> pack.directory("share/..", 0755)),
                hostile("absolute", (pack, canary) -> pack.file(canary + "/new", "x")),
                hostile("absolute after slashes", (pack, canary) -> pack.file("//" + canary + "/new", "x")),
                hostile("file through a symlink", (pack, canary) -> pack.symlink("a", canary)
                        .file("a/new", "x")),
                hostile("file through a relative symlink", (pack, canary) -> pack.symlink("a", "../../canary")
                        .file("a/new", "x")),
                hostile("directory through a symlink", (pack, canary) -> pack.symlink("a", canary)
                        .directory("a/new", 0777)),
                hostile("symlink through a symlink", (pack, canary) -> pack.symlink("a", canary)
                        .symlink("a/new", "x")),
                hostile("hard link through a symlink", (pack, canary) -> pack.symlink("a", canary)
                        .file("b", "x")
                        .hardLink("a/new", "b")),
                hostile("deep below a symlink", (pack, canary) -> pack.symlink("a/b/c", canary)
                        .file("a/b/c/d/e/f", "x")),
                hostile("chain of symlinks", (pack, canary) -> pack.symlink("a", canary)
                        .symlink("b", "a")
                        .file("b/new", "x")),
                hostile("hard link to an absolute path", (pack, canary) -> pack.hardLink("a", canary + "/file")),
                hostile("hard link that climbs out", (pack, canary) -> pack.hardLink("a", "../../canary/file")),
                hostile("hard link to a symlink", (pack, canary) -> pack.symlink("a", canary + "/file")
                        .hardLink("b", "a")),
                hostile("hard link to what lies behind a symlink", (pack, canary) -> pack.symlink("a", canary)
                        .hardLink("b", "a/file")),
                hostile("hard link to a directory", (pack, canary) -> pack.directory("a", 0755)
                        .hardLink("b", "a")),
                hostile("hard link to a later member", (pack, canary) -> pack.hardLink("a", "b")
                        .file("b", "x")),
                hostile("hard link to nothing", (pack, canary) -> pack.hardLink("a", "nothing")),
                hostile("hard link to itself", (pack, canary) -> pack.hardLink("a", "a")),
                hostile("file in place of a directory", (pack, canary) -> pack.directory("a", 0755)
                        .file("a", "x")),
                hostile("file in place of an implied directory", (pack, canary) -> pack.file("a/b", "x")
                        .file("a", "x")),
                hostile("symlink in place of a directory", (pack, canary) -> pack.file("a/b", "x")
                        .symlink("a", canary)
                        .file("a/new", "x")),
                hostile(
                        "hard link in place of a directory",
                        (pack, canary) -> pack.file("a/b", "x").file("c", "x").hardLink("a", "c")),
                hostile("member below a file", (pack, canary) -> pack.file("a", "x")
                        .file("a/b", "x")),
                hostile(
                        "member below a hard link",
                        (pack, canary) -> pack.file("a", "x").hardLink("b", "a").file("b/c/d", "x")),
                hostile("character device", (pack, canary) -> pack.special("dev/null", TarConstants.LF_CHR)),
                hostile("block device", (pack, canary) -> pack.special("dev/sda", TarConstants.LF_BLK)),
                hostile("fifo", (pack, canary) -> pack.special("run/fifo", TarConstants.LF_FIFO)),
                hostile("set-uid", (pack, canary) -> pack.file("bin/su", 04755, new byte[1])),
                hostile("set-gid", (pack, canary) -> pack.file("bin/su", 02755, new byte[1])),
                hostile("record that climbs out", (pack, canary) -> pack.record("../../canary/file", P, "text")),
                hostile("absolute record", (pack, canary) -> pack.record(canary + "/file", P, "text")),
                hostile("record of a symlink", (pack, canary) -> pack.symlink("a", canary + "/file")
                        .record("a", P, "text")),
                hostile("record through a symlink", (pack, canary) -> pack.symlink("a", canary)
                        .record("a/file", P, "text")),
                hostile("record of a directory", (pack, canary) -> pack.directory("a", 0755)
                        .record("a", P, "text")),
                hostile("record of a missing file", (pack, canary) -> pack.record("no/such/file", P, "text")),
                hostile("record of no name", (pack, canary) -> pack.record(".", P, "text")),
                hostile("record of a name that cannot be", (pack, canary) -> pack.record("a\\ud800", P, "text")),
                hostile("empty placeholder", (pack, canary) -> pack.file("a", "x")
                        .record("a", "", "text")),
                hostile("unknown mode", (pack, canary) -> pack.file("a", "x").record("a", P, "exec")),
                hostile(
                        "bin is a symlink",
                        (pack, canary) -> pack.withoutRecords().file("a", "x").symlink("bin", canary + "/bin")),
                hostile("script is a symlink", (pack, canary) -> pack.withoutRecords()
                        .symlink("bin/conda-unpack", canary + "/bin/conda-unpack")),
                hostile("script is a directory", (pack, canary) -> pack.withoutRecords()
                        .directory("bin/conda-unpack", 0755)),
                hostile("script without records", (pack, canary) -> pack.withoutRecords()
                        .file("bin/conda-unpack", "#!/bin/sh\n")),
                hostile("a name of 300 bytes", (pack, canary) -> pack.file("share/" + "n".repeat(300), "x")),
                hostile("5000 levels", (pack, canary) -> pack.file("d/".repeat(5000) + "x", "x")),
                hostile("a target of 5000 bytes", (pack, canary) -> pack.symlink("a", "d/".repeat(2500) + "x")),
                hostile(
                        "escapes in a name that is told",
                        (pack, canary) -> pack.file("a\u001b[31m\nb\u202e/../../x", "")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void isRefusedInOneLineAndNothingIsLeft(String what, BiFunction<CondaPack, String, CondaPack> members)
            throws Exception {
        CondaPack pack = new CondaPack().file("conda-meta/history", "");
        Path archive = members.apply(pack, canary.toString()).write(directory.resolve("hostile.tar.gz"));

        Throwable refused = catchThrowable(() -> stage(archive(archive), disk.resolve("env")));

        assertRefused(refused);
    }

    private void assertRefused(Throwable refused) throws Exception {
        assertThat(refused).isInstanceOf(BadRequest.class);
        assertThat(refused.getMessage()).isNotBlank().doesNotContainPattern("[\\p{Cntrl}\\u202e]");
        assertThat(names(disk)).isEmpty();
        assertThat(Tree.of(canary).against(before, 0)).isEmpty();
        assertThat(names(directory)).contains("canary", "disk").doesNotContain("x", "new");
    }

    @Test
    void anArchiveWithoutCondaMetaIsRefused() throws Exception {
        for (CondaPack pack : new CondaPack[] {
            new CondaPack().file("share/a", "x"),
            new CondaPack().file("one/two/three", "x"),
            new CondaPack().symlink("conda-meta", canary.toString()),
            new CondaPack().withoutRecords()
        }) {
            Path archive = pack.write(directory.resolve("hostile.tar.gz"));
            Throwable refused = catchThrowable(() -> stage(archive(archive), disk.resolve("env")));
            assertThat(refused).hasMessageContaining("conda-meta");
            assertRefused(refused);
        }
    }

    @Test
    void whatADirectoryReplacedIsNotLookedAtAgain() throws Exception {
        Path archive = new CondaPack()
                .symlink("d", "/opt/old/share")
                .program("d", "#!/bin/sh\n")
                .directory("d", 0755)
                .file("d/conda-meta/history", "")
                .file("d/bin/conda-unpack", Demo.pack().script().replaceAll("(?m)^\\(.*\\n", ""))
                .withoutRecords()
                .write(directory.resolve("replaced.tar"));

        stage(archive(archive, Path.of("/opt/old")), disk.resolve("env"));

        assertThat(names(disk.resolve("env"))).containsExactly("bin", "conda-meta");
    }

    private static void assertRefused(Throwable refused, String why) {
        assertThat(refused).isInstanceOf(BadRequest.class).hasMessageContaining(why);
    }

    @Test
    void theLastOfTwoMembersWithOneNameCounts() throws Exception {
        Path archive = new CondaPack()
                .file("conda-meta/history", "")
                .file("a", "first")
                .hardLink("b", "a")
                .file("./a", "second")
                .file("share/c", "first")
                .file("share//c", "second")
                .file("./share/./c", "third")
                .file("d", "file")
                .directory("d", 0755)
                .symlink("e", canary.toString())
                .directory("e", 0755)
                .file("e/new", "inside")
                .symlink("f", canary + "/file")
                .file("f", "mine")
                .write(directory.resolve("twice.tar.gz"));
        Path env = disk.resolve("env");

        stage(archive(archive), env);

        assertThat(env.resolve("a")).hasContent("second");
        assertThat(env.resolve("b")).hasContent("first");
        assertThat(env.resolve("share/c")).hasContent("third");
        assertThat(env.resolve("d")).isDirectory();
        assertThat(env.resolve("e/new")).hasContent("inside");
        assertThat(env.resolve("f")).hasContent("mine");
        assertThat(Tree.of(canary).against(before, 0)).isEmpty();
    }

    @Test
    void anArchiveThatIsCutAnywhereIsRefused() throws Exception {
        byte[] whole = Files.readAllBytes(Demo.pack().write(directory.resolve("whole.tar.gz")));
        byte[] tar = Files.readAllBytes(Demo.pack().write(directory.resolve("whole.tar")));
        for (int part = 1; part < 12; part++) {
            Path cut = Files.write(directory.resolve("cut.tar.gz"), Arrays.copyOf(whole, whole.length * part / 12));
            assertRefused(catchThrowable(() -> stage(archive(cut), disk.resolve("env"))), "cut.tar.gz");
            Path cutTar = Files.write(directory.resolve("cut.tar"), Arrays.copyOf(tar, tar.length * part / 12));
            assertRefused(catchThrowable(() -> stage(archive(cutTar), disk.resolve("env"))), "cut.tar");
        }
        assertThat(names(disk)).isEmpty();
    }

    @Test
    void recordsOfPackagesThatAreNoJsonDoNotStopStaging() throws Exception {
        CondaPack pack = Demo.pack();
        String[] bad = {
            "",
            "\0\0",
            "{",
            "[".repeat(100_000),
            "{\"a\":".repeat(100_000),
            "{\"paths_data\": 1e999999999}",
            "{\"paths_data\": {\"paths\": {\"_path\": 3}}}",
            "{\"paths_data\": {\"paths\": [[], 7, \"x\"]}}",
            "{\"paths_data\": {\"paths\": [{\"_path\": [1], \"prefix_placeholder\": {}, \"file_mode\": null}]}}",
            "{\"paths_data\": {\"paths\": [{\"_path\": \"../../x\", \"prefix_placeholder\": \"/\", \"file_mode\": \"binary\"}]}}",
            "{\"paths_data\": null, \"paths_data\": {\"paths\": null}}",
            "{\"n\": " + "9".repeat(200_000) + "}"
        };
        for (int i = 0; i < bad.length; i++) {
            pack.file("conda-meta/bad-" + i + ".json", bad[i]);
        }
        pack.symlink("conda-meta/away.json", "/dev/zero").directory("conda-meta/directory.json", 0755);
        Path archive = pack.write(directory.resolve("demo.tar.gz"));
        Path env = disk.resolve("env");
        Tree expected = ManualWay.unpackedAt(archive, env, "");
        Demo.correct(expected, env.toString());

        stage(archive(archive), env);

        assertThat(Tree.of(env).against(expected, 0)).isEmpty();
    }
}
