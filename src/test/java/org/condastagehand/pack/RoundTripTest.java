package org.condastagehand.pack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.condastagehand.archive.ArchiveIndex;
import org.condastagehand.archive.FrameCodec;
import org.condastagehand.archive.Inspection;
import org.condastagehand.archive.Verification;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoundTripTest {
    /** How a program for conda-unpack is found. */
    enum Way {
        PYTHON("/usr/local/bin:/usr/bin:/bin"),
        SED("/nonexistent");

        private final String path;

        Way(String path) {
            this.path = path;
        }

        void unpack(Path root) throws Exception {
            Pack.run(
                    "env",
                    "-i",
                    "PATH=" + path,
                    root.resolve("bin/conda-unpack").toString());
        }
    }

    @TempDir
    private Path directory;

    private Env env;

    @BeforeEach
    void makeEnv() throws IOException {
        env = Env.demo(directory.resolve("original/env"));
    }

    private Path untarred(Path archive, Path root) throws Exception {
        Files.createDirectories(root);
        Pack.run("tar", "-xf", archive.toString(), "-C", root.toString());
        return root;
    }

    private static Map<String, String> tree(Path root) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths.skip(1)::iterator) {
                Map<String, Object> unix =
                        Files.readAttributes(path, "unix:mode,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
                String content = Files.isSymbolicLink(path)
                        ? "-> " + Files.readSymbolicLink(path)
                        : Files.isDirectory(path) ? "" : Files.readString(path, ISO_8859_1);
                tree.put(root.relativize(path).toString(), unix + content);
            }
        }
        return tree;
    }

    @ParameterizedTest
    @EnumSource
    void atAnotherPlaceItIsWhatCondaWouldHaveInstalledThere(Way way) throws Exception {
        Pack.pack(env.prefix, directory.resolve("env.tar.zst"));
        if (way == Way.SED) {
            env.file("lib/it's \"odd\" & [so].py", 0644, Env.Kind.AS_IS, "only Python can read its name");
            Files.delete(directory.resolve("env.tar.zst"));
            Pack.pack(env.prefix, directory.resolve("env.tar.zst"));
        }
        Path root = untarred(directory.resolve("env.tar.zst"), directory.resolve("a much longer place/[x]&y/env"));

        way.unpack(root);

        for (String path : env.paths()) {
            Path file = root.resolve(path);
            Path original = env.prefix.resolve(path);
            assertThat(Files.readString(file, ISO_8859_1)).as(path).isEqualTo(env.at(path, root.toString()));
            assertThat(Files.getAttribute(file, "unix:mode"))
                    .as(path)
                    .isEqualTo(Files.getAttribute(original, "unix:mode"));
            assertThat(Files.getLastModifiedTime(file)).as(path).isEqualTo(Env.TIME);
        }
        assertThat(Files.isSameFile(root.resolve("share/a.txt"), root.resolve("share/b.txt")))
                .isTrue();
        assertThat(root.resolve("var/empty")).isEmptyDirectory();
        assertThat(tree(root).keySet()).isEqualTo(plus(tree(env.prefix), "bin/conda-unpack", "bin/activate"));
    }

    private static java.util.Set<String> plus(Map<String, String> tree, String... more) {
        for (String path : more) {
            tree.put(path, "");
        }
        return tree.keySet();
    }

    @Test
    void linksIntoItLeadIntoTheCopy() throws Exception {
        Pack.pack(env.prefix, directory.resolve("env.tar.zst"));
        Path root = untarred(directory.resolve("env.tar.zst"), directory.resolve("copy"));

        assertThat(Files.readSymbolicLink(root.resolve("share/absolute"))).isEqualTo(Path.of("a.txt"));
        assertThat(Files.readSymbolicLink(root.resolve("share/up"))).isEqualTo(Path.of("../lib/libfirst.so"));
        assertThat(Files.readSymbolicLink(root.resolve("top"))).isEqualTo(Path.of("."));
        assertThat(Files.readSymbolicLink(root.resolve("share/dangling"))).isEqualTo(Path.of("/no/such/file"));
        assertThat(Files.readSymbolicLink(root.resolve("bin/python"))).isEqualTo(Path.of("python3.11"));
    }

    @Test
    void nothingNamesThePackageCache() throws Exception {
        Pack.pack(env.prefix, directory.resolve("env.tar.zst"));
        Path root = untarred(directory.resolve("env.tar.zst"), directory.resolve("copy"));

        assertThat(root.resolve("conda-meta/demo-pkg-1-0.json"))
                .content()
                .startsWith("{\n \"extracted_package_dir\": \"\",\n \"link\": {\"source\": \"\", \"type\": 1},\n"
                        + " \"package_tarball_full_path\": \"\",\n \"paths_data\": {");
    }

    @ParameterizedTest
    @EnumSource
    void aPrefixOf255BytesFitsAndOneOf256DoesNot(Way way) throws Exception {
        Pack pack = new Pack();
        pack.globs.add("lib/it's*", true);
        pack.into(env.prefix, directory.resolve("env.tar.zst"));
        Path fits = untarred(directory.resolve("env.tar.zst"), place(255));
        Path tooLong = untarred(directory.resolve("env.tar.zst"), place(256));

        way.unpack(fits);

        assertThat(Files.readString(fits.resolve("lib/libfirst.so"), ISO_8859_1))
                .isEqualTo(env.at("lib/libfirst.so", fits.toString()));
        Pack.Ran ran = Pack.tryTo(
                "env",
                "-i",
                "PATH=" + way.path,
                tooLong.resolve("bin/conda-unpack").toString());
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.output()).contains("has room for a prefix of 255 bytes").hasLineCount(1);
    }

    private Path place(int length) {
        int missing = length - directory.toString().length() - 2;
        return directory.resolve("d".repeat(missing / 2)).resolve("e".repeat(missing - missing / 2));
    }

    @ParameterizedTest
    @EnumSource
    void unpackingAgainChangesNothing(Way way) throws Exception {
        Pack pack = new Pack();
        pack.globs.add("lib/it's*odd*", true);
        pack.into(env.prefix, directory.resolve("env.tar.zst"));
        Path root = untarred(directory.resolve("env.tar.zst"), directory.resolve("copy"));
        way.unpack(root);
        Map<String, String> once = tree(root);

        way.unpack(root);

        assertThat(tree(root)).isEqualTo(once);
    }

    @ParameterizedTest
    @EnumSource
    void aProgramThatIsRunningIsReplaced(Way way) throws Exception {
        Files.copy(Path.of("/bin/sleep"), env.prefix.resolve("bin/sleeper"));
        String elf = Files.readString(Path.of("/bin/sleep"), ISO_8859_1);
        env.file("bin/sleeper", 0755, Env.Kind.BINARY, elf + Env.PLACEHOLDER + "/x\0")
                .file("lib/it's \"odd\" & [so].py", 0644, Env.Kind.AS_IS, "only Python can read its name")
                .meta();
        Pack.pack(env.prefix, directory.resolve("env.tar.zst"));
        Path root = untarred(directory.resolve("env.tar.zst"), directory.resolve("copy"));
        Process sleeper = new ProcessBuilder(root.resolve("bin/sleeper").toString(), "60").start();
        try {
            way.unpack(root);
        } finally {
            sleeper.destroy();
        }

        assertThat(Files.readString(root.resolve("bin/sleeper"), ISO_8859_1))
                .isEqualTo(env.at("bin/sleeper", root.toString()));
        assertThat(Files.getAttribute(root.resolve("bin/sleeper"), "unix:mode")).isEqualTo(0100755);
        assertThat(tree(root).keySet()).noneMatch(path -> path.contains("conda-unpack."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tar --zstd -xf %s -C %s", "zstd -dc %s | tar -x -C %s"})
    void everyWayToUnpackMakesTheSame(String way) throws Exception {
        Path archive = directory.resolve("env.tar.zst");
        Pack.pack(env.prefix, archive);
        Path plain = untarred(archive, directory.resolve("plain"));
        Path other = Files.createDirectories(directory.resolve("other"));

        Pack.run("sh", "-c", way.formatted(archive, other));

        assertThat(tree(other)).isEqualTo(tree(plain));
    }

    @Test
    void aGzipHoldsTheSame() throws Exception {
        Pack.pack(env.prefix, directory.resolve("env.tar.zst"));
        Pack gzip = new Pack();
        gzip.codec = Pack.GZ;
        Packed packed = gzip.into(env.prefix, directory.resolve("env.tar.gz"));

        Pack.run("gzip", "-t", directory.resolve("env.tar.gz").toString());
        assertThat(tree(untarred(directory.resolve("env.tar.gz"), directory.resolve("gz"))))
                .isEqualTo(tree(untarred(directory.resolve("env.tar.zst"), directory.resolve("zst"))));
        assertThat(Pack.run("sh", "-c", "zcat env.tar.gz | sha256sum".replace("env.tar.gz", directory + "/env.tar.gz")))
                .isEqualTo(Pack.run("sh", "-c", "zstd -dc " + directory + "/env.tar.zst | sha256sum"));
        assertThat(packed.fingerprint())
                .isEqualTo(Inspection.of(directory.resolve("env.tar.gz")).fingerprint());
    }

    @ParameterizedTest
    @EnumSource(FrameCodec.Format.class)
    void theSameBytesComeOutHoweverManyThreadsAndWheneverItIsPacked(FrameCodec.Format format) throws Exception {
        large();
        byte[] first = null;
        for (int threads : new int[] {1, 2, 4, 7}) {
            Pack pack = new Pack();
            pack.codec = new FrameCodec(format, 1);
            pack.threads = threads;
            Path file = directory.resolve(threads + "");
            pack.into(env.prefix, file);
            byte[] bytes = Files.readAllBytes(file);
            first = first == null ? bytes : first;
            assertThat(bytes).as(threads + " threads").isEqualTo(first);
        }
    }

    /** Files that fill several frames, and enough small ones for some more. */
    private void large() throws IOException {
        String p = Env.PLACEHOLDER;
        String noise = noise(9 << 20);
        env.file("lib/large.so", 0755, Env.Kind.BINARY, Env.ELF + noise + "\0" + p + "/lib\0" + noise + p + "\0")
                .file("lib/large.txt", 0644, Env.Kind.PIP_TEXT, ("a line, " + p + "\n").repeat(30_000))
                .file("lib/large-plain.so", 0755, Env.Kind.AS_IS, Env.ELF + noise)
                .file("lib/large-pip.so", 0755, Env.Kind.AS_IS, Env.ELF + noise + p + "\0");
        for (int i = 0; i < 500; i++) {
            env.file("share/many/" + i, 0644, Env.Kind.AS_IS, noise.substring(i * 1000, i * 1000 + 20_000));
        }
        env.meta();
    }

    private static String noise(int length) {
        byte[] bytes = new byte[length];
        new java.util.Random(3).nextBytes(bytes);
        return new String(bytes, ISO_8859_1);
    }

    @Test
    void filesOfAnySizeAreRelocated() throws Exception {
        large();
        Packed packed = Pack.pack(env.prefix, directory.resolve("env.tar.zst"));
        Path root = untarred(directory.resolve("env.tar.zst"), directory.resolve("copy"));

        Way.PYTHON.unpack(root);

        for (String path : env.paths()) {
            assertThat(Files.readString(root.resolve(path), ISO_8859_1).equals(env.at(path, root.toString())))
                    .as(path)
                    .isTrue();
        }
        assertThat(packed.notes()).singleElement().asString().startsWith("2 files are binaries that name");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith("."));
        }
    }

    @Test
    void theIndexAgreesWithAllThatIsInIt() throws Exception {
        large();
        Path archive = directory.resolve("env.tar.zst");
        Packed packed = Pack.pack(env.prefix, archive);

        ArchiveIndex index = ArchiveIndex.of(archive).orElseThrow();
        Inspection found = Inspection.of(archive);
        assertThat(Verification.of(archive, index)).isEmpty();
        assertThat(index.manifest().fingerprint())
                .isEqualTo(found.fingerprint())
                .isEqualTo(packed.fingerprint());
        assertThat(index.manifest().prefix()).hasToString(env.prefix.toString());
        assertThat(index.manifest().packedBy()).isEqualTo("conda-stagehand 1.2.3");
        assertThat(index.manifest().unrecorded()).containsExactly("lib/large-pip.so", "lib/pip/_native.so");
        assertThat(index.manifest().continued()).hasSize(8);
        assertThat(found.problems()).isEmpty();
        assertThat(found.records().orElseThrow())
                .extracting(record -> record.path() + " " + record.mode())
                .containsExactly(
                        "bin/activate TEXT",
                        "bin/clicky TEXT",
                        "bin/pipped TEXT",
                        "bin/python3.11 BINARY",
                        "bin/python3.11-config TEXT",
                        "etc/conda/activate.d/tools.sh TEXT",
                        "lib/it's \"odd\" & [so].py TEXT",
                        "lib/it's.py TEXT",
                        "lib/large.so BINARY",
                        "lib/large.txt TEXT",
                        "lib/libfirst.so BINARY",
                        "lib/readonly.py TEXT",
                        "share/a.txt TEXT");
    }

    @Test
    void theFramesAreCutAtMembersAndTheSeekTableTellsWhere() throws Exception {
        large();
        Path archive = directory.resolve("env.tar.zst");
        Pack.pack(env.prefix, archive);

        ArchiveIndex index = ArchiveIndex.of(archive).orElseThrow();
        assertThat(index.table().frames()).allMatch(frame -> frame.decompressedSize() <= 4 << 20);
        assertThat(index.table().decompressedSize()).isEqualTo(index.manifest().tarBytes());
        assertThat(Pack.run("zstd", "-lv", archive.toString())).contains("Check: XXH64");
    }

    @Test
    void anActivatedCopyHasItsProgramsInThePathUntilItIsDeactivated() throws Exception {
        Pack.pack(env.prefix, directory.resolve("env.tar.zst"));
        Path root = untarred(directory.resolve("env.tar.zst"), directory.resolve("copy"));
        Way.PYTHON.unpack(root);

        for (String shell : new String[] {"sh", "bash"}) {
            String output = Pack.run(
                    "env",
                    "-i",
                    "PATH=/usr/bin:/bin",
                    shell,
                    "-euc",
                    ". " + root
                            + "/bin/activate; echo $CONDA_PREFIX $PATH $TOOLS; deactivate; echo $PATH ${CONDA_PREFIX-none}");
            assertThat(output)
                    .isEqualTo(root + " " + root + "/bin:/usr/bin:/bin " + root + "/share\n/usr/bin:/bin none\n");
        }
    }
}
