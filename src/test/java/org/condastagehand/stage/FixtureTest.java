package org.condastagehand.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.condastagehand.stage.Scenery.archive;
import static org.condastagehand.stage.Scenery.stage;
import static org.condastagehand.stage.Scenery.target;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.condastagehand.host.FileTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The archives of the real conda-pack. */
class FixtureTest {
    private static final Set<String> CORRECTED = Set.of(
            "bin/perl-like",
            "bin/python3.11",
            "bin/python3.11-config",
            "etc/conda/activate.d/zzz.conda-stage-auto.sh",
            "lib/libfirst.so",
            "lib/python3.11/site-packages/pipped/_native.so",
            "share/absolute-link");

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "tiny.tar.gz,''",
        "tiny-hardlink-with-data.tar.gz,''",
        "tiny-no-package-cache.tar.gz,''",
        "tiny-two-streams.tar.bz2,''",
        "tiny-arcroot.tar.xz,tiny-1.0/",
        "tiny-arcroot.tar.zst,tiny-1.0/"
    })
    void equalsTarAndCondaUnpack(String name, String arcroot) throws Exception {
        Path archive = Fixtures.file(name);
        Path env = directory.resolve("env");
        Tree expected = ManualWay.unpackedAt(archive, env, arcroot);
        Fixtures.correct(expected, env.toString());

        stage(archive(archive), env);

        assertThat(Tree.of(env).against(expected, 0)).isEmpty();

        Path readOnly = directory.resolve("ENV"); // of the same length, so only the name differs
        new Stager(Scenery.NO_LIMITS).stage(archive(archive), target(readOnly, false));

        expected = ManualWay.unpackedAt(archive, readOnly, arcroot);
        Fixtures.correct(expected, readOnly.toString());
        assertThat(Tree.of(readOnly).against(expected, 0222)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny", "tiny-no-package-cache"})
    void equalsTheManifestOfTheRealPairAtItsPath(String name) throws Exception {
        Path archive = Fixtures.file(name + ".tar.gz");
        List<String> expected = uncorrected(Files.readAllLines(Fixtures.file(name + ".expected")));
        inPlace(Path.of("/opt/t"), place -> {
            stage(archive(archive), place.resolve("env"));
            Tree staged = Tree.of(place.resolve("env"));
            staged.without(Fixtures.OF_THE_PACKER);
            assertThat(uncorrected(staged.manifest())).isEqualTo(expected).hasSizeGreaterThan(30);
        });
    }

    @Test
    void anArchiveForOnePlaceIsTakenAsItIsThere() throws Exception {
        Path archive = Fixtures.file("tiny-dest-prefix.tar.gz");
        Tree expected = ManualWay.untar(archive, "");
        expected.correct("etc/conda/activate.d/zzz.conda-stage-auto.sh", "");
        inPlace(Path.of("/opt/site"), place -> {
            stage(archive(archive), place.resolve("tiny"));
            assertThat(Tree.of(place.resolve("tiny")).against(expected, 0)).isEmpty();
        });
    }

    @Test
    void anArchiveForOnePlaceIsRelocatedToAnother() throws Exception {
        Path env = directory.resolve("env");
        Tree expected = ManualWay.unpackedAt(Fixtures.file("tiny.tar.gz"), env, "");
        Fixtures.correct(expected, env.toString());
        expected.without(Fixtures.OF_THE_PACKER);

        stage(archive(Fixtures.file("tiny-dest-prefix.tar.gz"), Path.of(Fixtures.ORIGINAL)), env);

        Tree staged = Tree.of(env);
        staged.without(Fixtures.OF_THE_PACKER);
        assertThat(different(staged, expected))
                // first lines name the interpreter by its path; the other archive has no b.txt
                .containsExactlyInAnyOrder("bin/clicky", "bin/perl-like", "bin/pipped", "share/b.txt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny.tar.gz", "tiny-no-package-cache.tar.gz"}) // tar fails at the others' hard link
    void thePortUnpacksAsTarDoes(String name) throws Exception {
        Path archive = Fixtures.file(name);
        Path unpacked = Files.createDirectory(directory.resolve("tar"));
        assumeTrue(Files.isExecutable(Path.of("/bin/tar")), "no tar");
        Process tar = new ProcessBuilder("tar", "-xf", archive.toString(), "-C", unpacked.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();

        assertThat(Tree.of(unpacked).lines(0))
                .isEqualTo(ManualWay.untar(archive, "").lines(0));
    }

    private static List<String> uncorrected(List<String> manifest) {
        return manifest.stream()
                .filter(line -> CORRECTED.stream().noneMatch(path -> line.endsWith(" ./" + path)))
                .sorted()
                .toList();
    }

    private static List<String> different(Tree one, Tree other) {
        Set<String> others = Set.copyOf(other.lines(0));
        return one.lines(0).stream()
                .filter(line -> !others.contains(line))
                .map(line -> line.substring(0, line.indexOf(" ")))
                .collect(Collectors.toList());
    }

    private interface Work {
        void in(Path place) throws Exception;
    }

    /** Works in a directory that has to be made as root, if it is not there, and takes it away again. */
    private static void inPlace(Path place, Work work) throws Exception {
        assumeTrue(Scenery.isRoot(), () -> "not root, so `" + place + "` cannot be made");
        assumeTrue(Files.notExists(place), () -> "`" + place + "` is there already");
        Files.createDirectory(place);
        try {
            work.in(place);
        } finally {
            FileTree.delete(place);
        }
    }
}
