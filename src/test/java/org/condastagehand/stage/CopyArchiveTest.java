package org.condastagehand.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.condastagehand.archive.ArchiveIndex;
import org.condastagehand.archive.FrameCodec;
import org.condastagehand.archive.Verification;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.Progress;
import org.condastagehand.pack.Globs;
import org.condastagehand.pack.Packer;
import org.condastagehand.relocate.Prefix;
import org.condastagehand.resolve.ResolvedEnv;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Staging an archive that was packed out of a staged copy is staging the environment itself. */
class CopyArchiveTest {
    private static final String LARGE = "0123456789abcdef".repeat((Buffers.LARGEST >> 4) + 1);

    @TempDir
    Path directory;

    private Path disk;

    @BeforeEach
    void makeDisk() throws IOException {
        disk = Files.createDirectory(directory.resolve("disk"));
    }

    /** What the demo has and, besides, all that the packing of an original changes or leaves out. */
    private static LiveEnv all() {
        String p = Demo.PLACEHOLDER;
        return LiveEnv.demo()
                .file("conda-meta/history", 0644, LiveEnv.Kind.TEXT, "# cmd: conda create -p " + p + "\n")
                .file(
                        "conda-meta/cached-1-0.json",
                        0644,
                        LiveEnv.Kind.TEXT,
                        "{\"link\": {\"source\": \"" + p + "/pkgs\"}}")
                .file("etc/conda/activate.d/z.conda-stage-auto.sh", 0755, LiveEnv.Kind.AS_IS, "stage\n")
                .file("share/note.txt~", 0644, LiveEnv.Kind.TEXT, "an editor's, at " + p)
                .file("share/latin.txt", 0644, LiveEnv.Kind.AS_IS, "\u00e9" + p)
                .file("share/twice", 0664, LiveEnv.Kind.TEXT, p + p + "2")
                .file("bin/optioned", 0755, LiveEnv.Kind.TEXT, "#!/usr/bin/env python -u\n")
                .file("bin/env-script", 0755, LiveEnv.Kind.TEXT, "#!/usr/bin/env python\n")
                .file("bin/set", 0750, LiveEnv.Kind.TEXT, "#!" + p + "/bin/python3.11 -E\n")
                .file(
                        "lib/tight.so",
                        0755,
                        LiveEnv.Kind.PIP_BINARY,
                        Demo.ELF + p + "/lib\0" + p + ":" + p + "/x\0e\0" + p);
    }

    private static LiveEnv large() {
        String p = Demo.PLACEHOLDER;
        return all().file("lib/large.so", 0755, LiveEnv.Kind.BINARY, Demo.ELF + p + "/a\0" + LARGE + p + "/b\0" + "end")
                .file("lib/large-pip.so", 0755, LiveEnv.Kind.PIP_BINARY, Demo.ELF + p + "/a\0" + LARGE + p + "/b\0")
                .file("lib/large.txt", 0644, LiveEnv.Kind.TEXT, p + LARGE + p);
    }

    /** With the time of each name, which staging keeps. */
    private static Map<String, String> tree(Path root) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                boolean link = Files.isSymbolicLink(path);
                String content = link
                        ? "-> " + Files.readSymbolicLink(path)
                        : Files.isDirectory(path) ? "" : Integer.toString(Arrays.hashCode(Files.readAllBytes(path)));
                // the tree's own time is that of its making
                Object attributes = path.equals(root)
                        ? Files.readAttributes(path, "unix:mode")
                        : new TreeMap<>(Files.readAttributes(
                                path, "unix:mode,nlink,lastModifiedTime", LinkOption.NOFOLLOW_LINKS));
                tree.put(root.relativize(path).toString(), attributes + " " + content);
            }
        }
        return tree;
    }

    private static void stage(ResolvedEnv env, Path to, boolean writable) throws Exception {
        Files.createDirectories(to.getParent());
        new Stager(Scenery.NO_LIMITS).stage(env, new Stager.Target(to.resolveSibling("work"), to, writable));
    }

    private static ResolvedEnv live(Path prefix) {
        return new ResolvedEnv("demo", new ResolvedEnv.LivePrefix(prefix), Optional.of(prefix), List.of());
    }

    private static ResolvedEnv packed(Path archive, Path original) throws IOException {
        return new ResolvedEnv(
                "demo", new ResolvedEnv.Archive(archive, Files.size(archive)), Optional.of(original), List.of());
    }

    /** Out of a copy at a place, as a job that was staged there does it. */
    private Path packedFrom(Path prefix, Path place, int threads) throws Exception {
        stage(live(prefix), place, false);
        Path archive = directory.resolve("copy-" + threads + ".tar.zst");
        try (FileChannel out = FileChannel.open(
                archive, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            List<Prefix> originals = Stream.of(prefix.toRealPath(), prefix)
                    .distinct()
                    .map(path -> Prefix.of(path.toString()))
                    .toList();
            new Packer(new Packer.Order(
                            place,
                            new Globs(),
                            new FrameCodec(FrameCodec.Format.TAR_ZST, 1),
                            threads,
                            "p",
                            directory,
                            true,
                            true,
                            Optional.of("0".repeat(64)),
                            originals))
                    .pack(out, Progress.NONE);
        }
        return archive;
    }

    @ParameterizedTest(name = "of {0} bytes, copied to {1}, staged to {2}")
    @CsvSource({
        "60,60,60",
        "60,70,65",
        "60,65,70",
        "60,100,61",
        "100,60,61",
        "100,60,99",
        "100,60,100",
        "100,60,101",
        "100,61,255",
        "100,60,180",
        "80,100,70",
        "180,70,178",
        "180,70,190"
    })
    void makesWhatTheEnvironmentItselfMakes(int original, int copy, int place) throws Exception {
        requireEqual(all(), original, copy, place);
    }

    @ParameterizedTest(name = "of {0} bytes, copied to {1}, staged to {2}")
    @CsvSource({"60,65,70", "100,60,99", "100,60,101"})
    void alsoOfFilesThatAreNotHeldInMemory(int original, int copy, int place) throws Exception {
        requireEqual(large(), original, copy, place);
    }

    private void requireEqual(LiveEnv env, int original, int copy, int place) throws Exception {
        Path from = env.make(Scenery.place(directory.resolve("h"), original));
        Path archive = packedFrom(from, Scenery.place(disk.resolve("c"), copy), 2);
        Path to = Scenery.place(disk.resolve("t"), place);

        stage(live(from), to, false);
        Map<String, String> expected = tree(to);
        FileTree.delete(to);
        stage(packed(archive, from), to, false);

        assertThat(tree(to)).isEqualTo(expected);
        assertThat(expected).containsKey("share/note.txt~").doesNotContainKey("bin/conda-unpack");
        ArchiveIndex index = ArchiveIndex.of(archive).orElseThrow();
        assertThat(Verification.of(archive, index)).isEmpty();
        assertThat(index.manifest().prefix()).hasToString(from.toString());
        assertThat(index.manifest().state()).contains("0".repeat(64));
    }

    @Test
    void anEnvironmentBehindALinkIsTheSame() throws Exception {
        Path real = directory.resolve("export/of/all/homes/envs/demo");
        Files.createDirectories(real.getParent());
        Path asked = Files.createSymbolicLink(directory.resolve("home"), directory.resolve("export/of/all/homes"))
                .resolve("envs/demo");
        all().make(real, asked.toString());
        Path archive = packedFrom(asked, disk.resolve("c/env"), 1);
        Path to = disk.resolve("t/an-environment");

        stage(live(asked), to, false);
        Map<String, String> expected = tree(to);
        FileTree.delete(to);
        stage(packed(archive, asked), to, false);

        assertThat(tree(to)).isEqualTo(expected);
    }

    @Test
    void aWritableCopyDiffersInWriteBitsThatNobodyUses() throws Exception {
        Path from = all().make(directory.resolve("home/demo"));
        Path archive = packedFrom(from, disk.resolve("c/env"), 2);
        Path to = disk.resolve("t/env");

        stage(live(from), to, true);
        Tree expected = Tree.of(to);
        FileTree.delete(to);
        stage(packed(archive, from), to, true);

        // the owner may write, and nobody else: in the private copy nobody else could
        assertThat(Tree.of(to).against(expected, 0))
                .allMatch(line -> line.matches(". (lib/readonly.py|share/twice) file .*"))
                .hasSize(4);
    }

    @Test
    void theSameBytesComeOutHoweverManyThreads() throws Exception {
        Path from = large().make(directory.resolve("home/demo"));
        Path one = packedFrom(from, disk.resolve("c/env"), 1);
        FileTree.delete(disk.resolve("c"));
        Path four = packedFrom(from, disk.resolve("c/env"), 4);

        assertThat(Files.mismatch(one, four)).isEqualTo(-1);
    }

    @Test
    void whereAFirstLineMayHaveBeenCutNothingIsPacked() throws Exception {
        Path from = all().make(directory.resolve("home/demo"));

        assertThatThrownBy(() -> packedFrom(from, Scenery.place(disk.resolve("c"), 125), 1))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("what `bin/clicky` was in `" + from + "` cannot be told");
    }

    @Test
    void anEnvironmentThatWasUnpackedFromAnArchiveIsNotPacked() throws Exception {
        Path from = all().file("bin/conda-unpack", 0755, LiveEnv.Kind.TEXT, "#!/bin/sh\n")
                .make(directory.resolve("home/demo"));

        assertThatThrownBy(() -> packedFrom(from, disk.resolve("c/env"), 1))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("has a `bin/conda-unpack` of its own");
    }
}
