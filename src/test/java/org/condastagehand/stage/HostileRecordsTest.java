package org.condastagehand.stage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.condastagehand.stage.Scenery.archive;
import static org.condastagehand.stage.Scenery.names;
import static org.condastagehand.stage.Scenery.target;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.condastagehand.archive.OwnArchive;
import org.condastagehand.host.BadRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Relocation records that are there to take the node's memory, disk or time. */
@Timeout(60)
class HostileRecordsTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path directory;

    private Path disk;

    @BeforeEach
    void makeDisk() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
    }

    private static byte[] slashes(int length) {
        return "/".repeat(length).getBytes(ISO_8859_1);
    }

    private Throwable refusal(Path archive, long maxEnvSize) {
        return catchThrowable(() -> new Stager(new StageLimits(0, maxEnvSize, 2))
                .stage(archive(archive), target(disk.resolve("env"), true)));
    }

    private void assertRefused(Throwable refused, String why) throws Exception {
        assertThat(refused).isInstanceOf(BadRequest.class).hasMessageContaining(why);
        assertThat(refused.getMessage()).doesNotContainPattern("\\p{Cntrl}");
        assertThat(names(disk)).isEmpty();
    }

    private static CondaPack pack() {
        return new CondaPack().file("conda-meta/history", "");
    }

    /** In memory, on disk, and in a binary; in a JVM as small as a hook's. */
    @ParameterizedTest
    @ValueSource(strings = {"text of 6 MiB", "text of 20 MiB", "binary of 6 MiB", "binary of 20 MiB"})
    void aFileOfNothingButPrefixesFillsNoMemoryAndNoDisk(String what) throws Exception {
        int size = (what.contains("20") ? 20 : 6) * MIB;
        byte[] content = slashes(size);
        content[size - 1] = 0;
        Path archive = pack().file("share/x", 0644, content)
                .record("share/x", "/", what.substring(0, what.indexOf(' ')))
                .write(directory.resolve("slashes.tar.gz"));
        Fork small = new Fork(directory.resolve("classes")).with("-Xmx96m").with("-XX:+UseSerialGC");

        String told = small.stage(archive, target(disk.resolve("env"), true));

        assertThat(told).startsWith("BadRequest: ").doesNotContain("\n").contains("slashes.tar.gz", "x` ");
        assertThat(told).contains(what.startsWith("text") ? "would grow" : "has room for a prefix of 1 bytes");
        assertThat(names(disk)).isEmpty();
    }

    @Test
    void neitherDoesOneInAnArchiveOfOurs() throws Exception {
        Path archive = new OwnArchive("('share/x', '/', 'text')")
                .file("conda-meta/history", "")
                .file("share/x", "/".repeat(3 * MIB))
                .write(directory.resolve("own.tar.zst"));

        assertRefused(refusal(archive, 0), "would grow");
    }

    /** What each text grows by is usual; together they are as much as the archive's author likes. */
    @Test
    void whatTextsGrowByCountsAsTheirSizeDoes() throws Exception {
        CondaPack pack = pack();
        for (int i = 0; i < 8; i++) {
            pack.file("share/" + i, "/old\n".repeat(20_000)).record("share/" + i, "/old", "text");
        }
        Path archive = pack.write(directory.resolve("growing.tar.gz"));
        long packed = 8L * 20_000 * 5;

        assertRefused(refusal(archive, packed + 100_000), "max_env_size");
        assertThat(refusal(archive, 100L * MIB)).isNull();
    }

    /** Each record of one file is usual; that each doubles what the one before made is not. */
    @Test
    void aFileThatEachRecordMakesLongerEndsAtTheLimit() throws Exception {
        CondaPack pack = pack().file("share/x", "/".repeat(1000));
        for (char sign : (disk.resolve("env") + "").toCharArray()) {
            pack.record("share/x", sign + "", "text");
        }
        Path archive = pack.write(directory.resolve("chain.tar.gz"));

        Throwable refused = refusal(archive, 20L * MIB);

        assertThat(refused).isInstanceOf(BadRequest.class);
        assertThat(refused.getMessage()).containsPattern("max_env_size|would grow");
        assertThat(names(disk)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHundredThousandRecordsOfOneFileAreOneLookAtIt(boolean own) throws Exception {
        String content = "x".repeat(3 * MIB) + "/old/placeholder\n";
        Path archive;
        if (own) {
            String[] records = new String[60_000];
            Arrays.fill(records, "('share/x', '/old/placeholder', 'text')");
            archive = new OwnArchive(records)
                    .file("conda-meta/history", "")
                    .file("share/x", content)
                    .write(directory.resolve("own.tar.zst"));
        } else {
            CondaPack pack = pack().file("share/x", content);
            for (int i = 0; i < 100_000; i++) {
                pack.record("share/x", "/old/placeholder", "text");
            }
            archive = pack.write(directory.resolve("records.tar.gz"));
        }

        assertThat(refusal(archive, 0)).isNull();
        assertThat(Files.size(disk.resolve("env/share/x"))).isEqualTo(3L * MIB + (disk.resolve("env") + "\n").length());
    }

    @Test
    void morePlaceholdersThanAnyEnvironmentHasAreRefused() throws Exception {
        CondaPack pack = pack().file("share/x", "x").program("bin/python3.12", "\0");
        for (int i = 0; i < 5000; i++) {
            pack.record("share/x", "/placeholder/" + i, "text");
        }

        assertRefused(
                refusal(pack.write(directory.resolve("many.tar.gz")), 0), "more than 4096 different placeholders");
    }

    /** Directories of one name, so that the test makes no million files; each of them counts. */
    @Test
    void aMillionNamesAreRefusedHoweverFewBytesTheyTake() throws Exception {
        Path bomb = Bombs.ofNames(directory.resolve("names.tar.gz"), (1 << 20) + 1);
        assertThat(Files.size(bomb)).isLessThan(4 * MIB);

        assertRefused(refusal(bomb, 0), "more than 1048576 files, directories and links");
    }
}
