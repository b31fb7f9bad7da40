package org.condastagehand.stage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.condastagehand.stage.Scenery.archive;
import static org.condastagehand.stage.Scenery.names;
import static org.condastagehand.stage.Scenery.stage;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.condastagehand.archive.OwnArchive;
import org.condastagehand.host.Amount;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.FileTree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives of ours, read by several threads: whole, broken in each of their parts, and hostile. */
@Timeout(120)
class IndexedStagingTest {
    private static final String PLACEHOLDER = "/opt/placeholder_" + "placehold_".repeat(20);
    private static final int FRAME = 4 << 20;

    @TempDir
    Path directory;

    Path disk;
    Path env;

    @BeforeEach
    void makeDisk() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        env = disk.resolve("env");
    }

    private static OwnArchive demo() {
        return new OwnArchive(
                        "('bin/tool', '" + PLACEHOLDER + "', 'text')",
                        "('lib/lib.so', '" + PLACEHOLDER + "', 'binary')",
                        "('share/other-name', '" + OwnArchive.PREFIX + "', 'text')")
                .directory("bin/")
                .file("bin/perl", "#!/bin/sh\n")
                .file("bin/tool", "#!" + PLACEHOLDER + "/bin/python\n")
                .symlink("bin/python", OwnArchive.PREFIX + "/bin/tool")
                .next()
                .file("conda-meta/history", "")
                .file("lib/lib.so", "\0" + PLACEHOLDER + "/lib\0end")
                .file("lib/pip.so", "\0" + "/long".repeat(40) + OwnArchive.PREFIX + "/x\0")
                .next()
                .hardLink("share/other-name", "share/text")
                .next()
                .file("share/text", "at " + OwnArchive.PREFIX + "\n")
                .file("share/zz.conda-stage-auto.sh", "conda activate\n");
    }

    @Test
    void isRelocatedWhileItIsWritten() throws Exception {
        Path archive = demo().write(directory.resolve("own.tar.zst"));

        Stager.Staged staged = stage(archive(archive), env);

        int padding = PLACEHOLDER.length() - env.toString().length();
        assertThat(env.resolve("bin/tool")).hasContent("#!" + env + "/bin/python\n");
        assertThat(Files.readString(env.resolve("lib/lib.so"), ISO_8859_1))
                .isEqualTo("\0" + env + "/lib" + "\0".repeat(padding) + "\0end");
        assertThat(env.resolve("share/text")).hasContent("at " + env + "\n");
        assertThat(Files.isSameFile(env.resolve("share/text"), env.resolve("share/other-name")))
                .isTrue();
        assertThat(Files.readSymbolicLink(env.resolve("bin/python"))).isEqualTo(env.resolve("bin/tool"));
        assertThat(env.resolve("share/zz.conda-stage-auto.sh")).isEmptyFile();
        assertThat(staged.files()).isEqualTo(8);
        assertThat(names(disk)).containsExactly("env");
    }

    @Test
    void binariesWithoutARecordThatItsManifestNamesAreChangedWhereThereIsRoom() throws Exception {
        Path short_ = Files.createTempDirectory(Path.of("/tmp"), "s").resolve("e");
        OwnArchive pack = demo().unrecorded("lib/pip.so");
        Path archive = pack.write(directory.resolve("own.tar.zst"));
        try {
            assertThat(stage(archive(archive), short_).notes()).isEmpty();
            assertThat(Files.readString(short_.resolve("lib/pip.so"), ISO_8859_1))
                    .contains(short_ + "/x\0");

            Path long_ = Scenery.place(directory, 150);
            assertThat(stage(archive(archive), long_).notes())
                    .singleElement()
                    .asString()
                    .contains("1 binary", "lib/pip.so");
        } finally {
            FileTree.delete(short_.getParent());
        }
    }

    /** conda-unpack stands whole in the first frame, and has a record for each file that pip installed. */
    @ParameterizedTest
    @ValueSource(ints = {5, 17})
    void anArchiveWithMoreRecordsThanAFrameHoldsIsStaged(int mebibytes) throws Exception {
        String record = "('share/text', '" + OwnArchive.PREFIX + "', 'text')";
        String[] records =
                Collections.nCopies((mebibytes << 20) / record.length(), record).toArray(String[]::new);
        Path archive = new OwnArchive(records)
                .file("conda-meta/history", "")
                .next()
                .file("share/text", "at " + OwnArchive.PREFIX + "\n")
                .write(directory.resolve("own.tar.zst"));

        stage(archive(archive), env);

        assertThat(env.resolve("share/text")).hasContent("at " + env + "\n");
        assertThat(env.resolve("bin/conda-unpack")).isRegularFile();
    }

    @Test
    void aMemberOfManyFramesIsWrittenAndRelocatedWhole() throws Exception {
        byte[] content = new byte[11 << 20];
        new Random(1).nextBytes(content);
        byte[] string = ("\0" + PLACEHOLDER + "/lib\0").getBytes(ISO_8859_1);
        System.arraycopy(string, 0, content, FRAME - 600, string.length); // over the edge of two frames
        OwnArchive pack = new OwnArchive("('lib/large.so', '" + PLACEHOLDER + "', 'binary')")
                .file("conda-meta/history", "")
                .next()
                .large("lib/large.so", content, FRAME)
                .file("lib/z", "last");
        Path archive = pack.write(directory.resolve("own.tar.zst"));

        stage(archive(archive), env);

        byte[] expected = content.clone();
        byte[] relocated = ("\0" + env + "/lib").getBytes(ISO_8859_1);
        Arrays.fill(expected, FRAME - 600, FRAME - 600 + string.length, (byte) 0);
        System.arraycopy(relocated, 0, expected, FRAME - 600, relocated.length);
        assertThat(Files.readAllBytes(env.resolve("lib/large.so"))).isEqualTo(expected);
        assertThat(env.resolve("lib/z")).hasContent("last");
    }

    private static Arguments wrong(String what, UnaryOperator<OwnArchive> change) {
        return arguments(what, change);
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                wrong("a file twice", own -> own.file("x", "1").next().file("x", "2")),
                wrong(
                        "a file and a directory",
                        own -> own.file("x/y", "1").next().file("x", "2")),
                wrong(
                        "a file and a later directory",
                        own -> own.file("x", "1").next().file("x/y", "2")),
                wrong(
                        "a link and a directory",
                        own -> own.symlink("x", "/tmp").next().file("x/y", "2")),
                wrong(
                        "a link and a file",
                        own -> own.symlink("x", "/tmp/y").next().file("x", "2")),
                wrong("a hard link to nothing", own -> own.hardLink("x", "nothing")),
                wrong("a hard link to a link", own -> own.symlink("y", "/etc/passwd")
                        .hardLink("x", "y")),
                wrong("a hard link to what is behind a link", own -> own.symlink("y", "/etc")
                        .hardLink("x", "y/passwd")),
                wrong("a path that climbs out", own -> own.file("../x", "1")),
                wrong("an absolute path", own -> own.file("/tmp/x", "1")),
                wrong("more files in its manifest", own -> own.claim(1, 0)),
                wrong("another size in its manifest", own -> own.claim(0, 512)),
                wrong("an end mark in the middle", own -> own.next().frame(new byte[1024])),
                wrong("half a header", own -> own.next().frame(new byte[100])),
                wrong("no header where one must be", own -> own.next()
                        .frame("x".repeat(512).getBytes(ISO_8859_1))),
                wrong("a continued frame that does not continue", own -> own.next()
                        .continued(2)),
                wrong("a continued frame that is not there", own -> own.continued(4711)),
                wrong("a manifest that names a missing file", own -> own.unrecorded("lib/none.so")),
                wrong("a manifest that names a link", own -> own.symlink("s", "/etc/passwd")
                        .unrecorded("s")),
                wrong("a frame that is too large", own -> own.next().frame(new byte[FRAME + 512])),
                wrong(
                        "a changed byte",
                        own -> own.change(frame -> {
                            frame[frame.length - 1] ^= 1;
                            return frame;
                        })));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    void isRefusedInOneLineAndNothingIsLeft(String what, UnaryOperator<OwnArchive> change) throws Exception {
        Path archive = change.apply(demo()).write(directory.resolve("own.tar.zst"));

        Throwable refused = catchThrowable(() -> stage(archive(archive), env));

        assertThat(refused).isInstanceOf(BadRequest.class);
        assertThat(refused.getMessage()).contains("own.tar.zst").doesNotContainPattern("\\p{Cntrl}");
        assertThat(names(disk)).isEmpty();
    }

    @Test
    void withoutItsEndMarkItIsCutOff() throws Exception {
        Path archive = demo().next().writeAsItIs(directory.resolve("own.tar.zst"));

        assertThat(catchThrowable(() -> stage(archive(archive), env))).isInstanceOf(BadRequest.class);
        assertThat(names(disk)).isEmpty();
    }

    /** The checksums of its frames, or zstd itself, tell of whatever changed; what its indexes say is held against them. */
    @Test
    void bitsThatFlippedNeverGiveAnotherTree() throws Exception {
        Path archive = demo().unrecorded("lib/pip.so").write(directory.resolve("own.tar.zst"));
        byte[] whole = Files.readAllBytes(archive);
        stage(archive(archive), env);
        Tree expected = Tree.of(env);
        FileTree.delete(env);
        Random random = new Random(4711);
        int flips = Amount.of(100, 400);
        int refused = 0;
        for (int i = 0; i < flips; i++) {
            byte[] flipped = whole.clone();
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(archive, flipped);
            Throwable failure = catchThrowable(() -> stage(archive(archive), env));
            if (failure == null) {
                assertThat(Tree.of(env).against(expected, 0)).isEmpty();
                FileTree.delete(env);
            } else {
                refused++;
                assertThat(failure).isInstanceOf(BadRequest.class);
            }
            assertThat(names(disk)).isEmpty();
        }
        assertThat(refused).isPositive();
    }
}
