package org.condastagehand.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.User;
import org.condastagehand.request.OnFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiteConfigTest {
    private static final Path SHIPPED = Path.of("site-config/site.toml");

    @TempDir
    Path dir;

    private Path file(String text) throws IOException {
        return Files.writeString(dir.resolve("site.toml"), text);
    }

    private SiteConfig load(String text) throws Exception {
        return SiteConfig.load(List.of(file(text)), "n17", false);
    }

    private static Stream<String> keys() {
        return Stream.of(SiteConfig.class, SiteConfig.Reading.class)
                .flatMap(type -> Arrays.stream(type.getRecordComponents()))
                .filter(component -> component.getType() != SiteConfig.Reading.class)
                .filter(component -> component.getType() != SiteConfig.Told.class)
                .map(RecordComponent::getName)
                .map(name -> name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT))
                .flatMap(name -> Stream.of(name, "log", "metrics"))
                .distinct();
    }

    @Test
    void readsEveryKey() throws Exception {
        SiteConfig site = load("""
                local_root = "/scratch/%n/stage"
                on_failure = "fail"
                toml_requests = false
                min_free = "20 GiB"
                max_env_size = "50 GB"
                writers = 2
                decompressor = "/sw/bin/igzip"
                memory = "1 GB"
                stage_timeout = "10 min"
                max_concurrent = 8
                epilog_wait = "0"
                min_uid = 500
                [archive]
                auto = true
                max_size = "3 GiB"
                max_age = "2 d"
                min_free = "1 GiB"
                [cache]
                enabled = true
                max_size = "5 GiB"
                max_age = "12 h"
                min_free = "2 GiB"
                images = "users"
                [sge]
                qstat = false
                requeue = true
                [slurm]
                set_tmpdir = false
                [log]
                syslog = false
                [metrics]
                textfile = "/var/lib/metrics/stages.prom"
                [envs]
                ml-2024 = "/sw/envs/ml-2024"
                "r-4.3" = "/sw/archives/r-4.3.tar.gz"
                """);

        assertThat(site)
                .isEqualTo(new SiteConfig(
                        Path.of("/scratch/n17/stage"),
                        OnFailure.FAIL,
                        false,
                        20L << 30,
                        50_000_000_000L,
                        2,
                        new SiteConfig.Reading("/sw/bin/igzip", 1_000_000_000),
                        Duration.ofMinutes(10),
                        8,
                        Duration.ZERO,
                        500,
                        new SiteConfig.Cache(
                                true, 5L << 30, Duration.ofHours(12), 2L << 30, SiteConfig.Cache.Images.USERS),
                        new SiteConfig.Archive(true, 3L << 30, Duration.ofDays(2), 1L << 30),
                        Map.of(
                                "ml-2024", Path.of("/sw/envs/ml-2024"),
                                "r-4.3", Path.of("/sw/archives/r-4.3.tar.gz")),
                        new SiteConfig.Sge(false, true),
                        new SiteConfig.Slurm(false),
                        new SiteConfig.Told(false, Optional.of(Path.of("/var/lib/metrics/stages.prom")))));
    }

    @Test
    void theFileThatIsShippedSaysExactlyTheDefaults() throws Exception {
        assertThat(SiteConfig.load(List.of(SHIPPED), "n17", false)).isEqualTo(SiteConfig.defaults());
    }

    @Test
    void theFileThatIsShippedAndItsReferenceNameEveryKey() throws Exception {
        String shipped = Files.readString(SHIPPED);
        String reference = Files.readString(Path.of("docs/reference/site.toml.md"));

        assertThat(keys()).allSatisfy(key -> {
            assertThat(shipped).containsPattern("(?m)^(" + key + " = |\\[" + key + "])");
            assertThat(reference).containsPattern("\\| `\\[?" + key + "]?` \\|");
        });
    }

    @Test
    void aSitesOwnFileCountsInsteadOfTheTreesAndNoFileMeansTheDefaults() throws Exception {
        Path own = file("writers = 3");
        Path tree = Files.writeString(dir.resolve("tree.toml"), "writers = 5\nmin_free = \"0\"");
        Path absent = dir.resolve("absent");

        assertThat(SiteConfig.load(List.of(own, tree), "n", false).writers()).isEqualTo(3);
        assertThat(SiteConfig.load(List.of(own, tree), "n", false).minFree()).isEqualTo(1L << 30);
        assertThat(SiteConfig.load(List.of(absent, tree), "n", false).writers()).isEqualTo(5);
        assertThat(SiteConfig.load(List.of(absent), "n", false)).isEqualTo(SiteConfig.defaults());
    }

    @Test
    void aFileThatCannotBeReadIsNotTakenForAnAbsentOne() throws Exception {
        Path dangling = Files.createSymbolicLink(dir.resolve("link"), dir.resolve("gone"));

        assertThatThrownBy(() -> SiteConfig.load(List.of(dangling), "n", false))
                .isInstanceOf(BadSite.class)
                .hasMessage("cannot read `" + dangling + "`: no such file or directory");
        assertThatThrownBy(() -> SiteConfig.load(List.of(dir), "n", false)).isInstanceOf(BadSite.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "local_root = \"scratch\" => local_root: must be an absolute path without `.` and `..`, got `scratch`",
                "local_root = \"/\" => local_root: must be an absolute path without `.` and `..`, got `/`",
                "local_root = \"/a/../b\" => local_root: must be an absolute path without `.` and `..`, got `/a/../b`",
                "local_root = \"/a b\" => local_root: must be without blanks and `:`, got `/a b`",
                "local_root = \"/a:b\" => local_root: must be without blanks and `:`, got `/a:b`",
                "local_root = \"/a/%h\" => local_root: only `%n` is replaced, got `/a/%h`",
                "on_failure = \"retry\" => on_failure: must be `fallback` or `fail`, got `retry`",
                "toml_requests = \"no\" => toml_requests: must be `true` or `false`, got `no`",
                "min_free = 20 => min_free: must be a text in quotes, got `20`",
                "min_free = \"20\" => min_free: must be a size such as `20 GiB`, `500 MB` or `0`, got `20`",
                "writers = 65 => writers: must be a whole number from 0 to 64, got `65`",
                "writers = -1 => writers: must be a whole number from 0 to 64, got `-1`",
                "writer = 1 => writer: unknown key, did you mean `writers`?",
                "max_env_siez = \"0\" => max_env_siez: unknown key, did you mean `max_env_size`?",
                "stage_timeout = \"0\" => stage_timeout: must be from 1 s to 24 h, got `0.0 s`",
                "stage_timeout = \"2 d\" => stage_timeout: must be from 1 s to 24 h, got `172800.0 s`",
                "stage_timeout = 300 => stage_timeout: must be a text in quotes, got `300`",
                "max_concurrent = 0 => max_concurrent: must be a whole number from 1 to 64, got `0`",
                "max_concurrent = 65 => max_concurrent: must be a whole number from 1 to 64, got `65`",
                "epilog_wait = \"61 min\" => epilog_wait: must be from 0 s to 1 h, got `3660.0 s`",
                "min_uid = 0 => min_uid: must be a whole number from 1 to 2147483647, got `0`",
                "sge = true => sge: must be a table, written as `[sge]`, got `true`",
                "envs = \"/a\" => envs: must be a table, written as `[envs]`, got `/a`",
            })
    void refusesABadValueByItsKey(String line, String complaint) throws Exception {
        Path file = file("# head\n" + line);

        assertThatThrownBy(() -> SiteConfig.load(List.of(file), "n17", false))
                .isInstanceOf(BadSite.class)
                .hasMessage("bad site configuration `" + file + "`: line 2: " + complaint);
    }

    @Test
    void namesAllProblemsInOneLine() throws Exception {
        Path file = file(
                "writers = 65\nmin_fre = \"1 GB\"\n[envs]\na = \"rel\"\n\"b c\" = \"/x\"\non_failure = \"fail\"\n");

        assertThatThrownBy(() -> SiteConfig.load(List.of(file), "n17", false))
                .hasMessage("bad site configuration `" + file
                        + "`: line 1: writers: must be a whole number from 0 to 64, got `65`"
                        + "; line 2: min_fre: unknown key, did you mean `min_free`?"
                        + "; line 4: envs.a: must be the absolute path of a prefix or archive, got `rel`"
                        + "; line 5: envs.b c: not the name of an environment: `b c`"
                        + "; line 6: envs.on_failure: must be the absolute path of a prefix or archive, got `fail`"
                        + "; line 6: envs.on_failure: write `on_failure` above `[envs]`");
    }

    @Test
    void knowsWhatTheTablesHold() throws Exception {
        Path file = file("[sge]\nqstat = 1\nqsta = true\nwriters = 2\n[cache]\nmax_age = 14\nmax_siz = \"1 GB\"\n");

        assertThatThrownBy(() -> SiteConfig.load(List.of(file), "n17", false))
                .hasMessage("bad site configuration `" + file
                        + "`: line 2: sge.qstat: must be `true` or `false`, got `1`"
                        + "; line 3: sge.qsta: unknown key, did you mean `qstat`?"
                        + "; line 4: sge.writers: unknown key, known are `qstat` `requeue`"
                        + "; line 4: sge.writers: write `writers` above `[sge]`"
                        + "; line 6: cache.max_age: must be a text in quotes, got `14`"
                        + "; line 7: cache.max_siz: unknown key, did you mean `max_size`?");
    }

    @Test
    void keepsThePlaceOfTheNodesNameForAFileThatAllNodesRead() throws Exception {
        Path file = file("local_root = \"/a/%n\"");

        assertThat(SiteConfig.load(List.of(file), SiteConfig.EVERY_NODE, false).localRoot())
                .hasToString("/a/%n");
        file("local_root = \"/a/%n/%h\"");
        assertThatThrownBy(() -> SiteConfig.load(List.of(file), SiteConfig.EVERY_NODE, false))
                .hasMessageEndingWith("local_root: only `%n` is replaced, got `/a/%n/%h`");
    }

    @Test
    void needsTheNodesNameOnlyWhereItIsUsed() throws Exception {
        Path with = file("local_root = \"/a/%n\"");

        assertThatThrownBy(() -> SiteConfig.load(List.of(with), "../x", false))
                .hasMessageEndingWith("local_root: `%n` cannot be replaced: the node's name is `../x`");
        assertThat(SiteConfig.load(List.of(file("writers = 1")), "", false).writers())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"0,1,1", "0,2,2", "0,64,4", "9,2,9"})
    void takesAWriterForEachCoreUpToFourUnlessTheSiteSays(int writers, int cores, int taken) throws Exception {
        assertThat(load("writers = " + writers).writersOn(cores)).isEqualTo(taken);
    }

    @Test
    void rootActsOnNoFileThatSomebodyElseMayHaveWritten() throws Exception {
        Path file = file("writers = 1");
        if (User.current().isRoot()) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            assertThat(SiteConfig.load(List.of(file), "n", true).writers()).isEqualTo(1);
            for (String mode : List.of("rw-rw-r--", "rw-r--rw-")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
                refusedForRoot(file);
            }
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            Files.setAttribute(file, "unix:uid", 65534);
        }
        refusedForRoot(file);
        assertThat(SiteConfig.load(List.of(file), "n", false).writers()).isEqualTo(1);
    }

    private static void refusedForRoot(Path file) {
        assertThatThrownBy(() -> SiteConfig.load(List.of(file), "n", true))
                .isInstanceOf(BadSite.class)
                .hasMessage("`" + file + "` is not only root's to change, so root does not act on it");
    }

    @Test
    void cannotBeMadeWrong() {
        assertThatIllegalArgumentException().isThrownBy(() -> wrong(Path.of("rel"), 0, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> wrong(Path.of("/a"), -1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> wrong(Path.of("/a"), 0, 65, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> wrong(Path.of("/a"), 0, 0, 0));
    }

    private static SiteConfig wrong(Path localRoot, long minFree, int writers, int minUid) {
        return new SiteConfig(
                localRoot,
                OnFailure.FAIL,
                true,
                minFree,
                0,
                writers,
                SiteConfig.Reading.DEFAULT,
                Duration.ofSeconds(1),
                1,
                Duration.ZERO,
                minUid,
                SiteConfig.Cache.DEFAULT,
                SiteConfig.Archive.DEFAULT,
                Map.of(),
                new SiteConfig.Sge(true, false),
                new SiteConfig.Slurm(true),
                SiteConfig.Told.DEFAULT);
    }
}
