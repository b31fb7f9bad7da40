package org.condastagehand.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.condastagehand.archive.FrameCodec;
import org.condastagehand.host.Progress;
import org.condastagehand.pack.Globs;
import org.condastagehand.pack.Packer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Archives that we pack ourselves. */
class OwnArchiveTest {
    @TempDir
    private Path directory;

    private Path prefix;
    private LiveEnv env;

    @BeforeEach
    void make() throws Exception {
        prefix = directory.resolve("original-with-a-longer-name-than-that-of-the-copy/env");
        env = LiveEnv.demo()
                .file("etc/conda/activate.d/zzz.conda-stage-auto.sh", 0644, LiveEnv.Kind.AS_IS, "export RAN=1\n");
        env.make(prefix);
    }

    private Path pack(FrameCodec.Format format) throws Exception {
        Path archive = directory.resolve("env." + format);
        try (FileChannel out = FileChannel.open(
                archive, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            FrameCodec codec = new FrameCodec(format, 3);
            new Packer(new Packer.Order(
                            prefix, new Globs(), codec, 2, "p", directory, false, false, Optional.empty(), List.of()))
                    .pack(out, Progress.NONE);
        }
        return archive;
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(List.of(command).toString()).isZero();
    }

    private Tree unpacked(Path archive, Path place) throws Exception {
        Files.createDirectories(place);
        run("tar", "-xf", archive.toString(), "-C", place.toString());
        run(place.resolve("bin/conda-unpack").toString());
        Tree tree = Tree.of(place);
        run("rm", "-rf", place.toString());
        return tree;
    }

    @ParameterizedTest
    @EnumSource(FrameCodec.Format.class)
    void equalsTarAndItsOwnCondaUnpack(FrameCodec.Format format) throws Exception {
        Path archive = pack(format);
        Path place = directory.resolve("copy");
        Tree expected = unpacked(archive, place);
        // conda-unpack has no record of what pip built; staging changes it where the new prefix is not longer
        expected.correct(
                "lib/pip/_native.so",
                ManualWay.binary(expected.text("lib/pip/_native.so"), prefix.toString(), place.toString()));

        Stager.Staged staged = Scenery.stage(Scenery.archive(archive), place);

        assertThat(Tree.of(place).against(expected, 0)).isEmpty();
        assertThat(staged.notes()).isEmpty();
    }

    @Test
    void atALongerPlaceOnlyWhatPipBuiltKeepsTheOriginal() throws Exception {
        Path archive = pack(FrameCodec.Format.TAR_ZST);
        Path place = directory.resolve("a-place-whose-name-is-longer-than-that-of-the-original-environment/copy");
        Files.createDirectories(place.getParent());
        Tree expected = unpacked(archive, place);

        Stager.Staged staged = Scenery.stage(Scenery.archive(archive), place);

        List<String> differences = Tree.of(place).against(expected, 0).stream()
                .filter(line -> place.toString().length() <= 100 || !line.contains(" bin/")) // first lines, if too long
                .toList();
        assertThat(differences).isEmpty();
        assertThat(staged.notes()).singleElement().asString().contains("lib/pip/_native.so");
    }

    @Test
    void theHookOfCondaStageIsNotInIt() throws Exception {
        Tree tree = unpacked(pack(FrameCodec.Format.TAR_ZST), directory.resolve("copy"));

        assertThat(tree.has("etc/conda/activate.d/zzz.conda-stage-auto.sh")).isFalse();
        assertThat(tree.has("etc/conda/activate.d/tools.sh")).isTrue();
    }
}
