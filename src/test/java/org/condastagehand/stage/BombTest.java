package org.condastagehand.stage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.condastagehand.stage.Scenery.names;
import static org.condastagehand.stage.Scenery.target;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.condastagehand.archive.OwnArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Little that becomes much, by every codec, in a JVM as small as a hook's: refused in a line, and soon. */
@Timeout(120)
class BombTest {
    private static final long GIB = 1 << 30;

    @TempDir
    Path directory;

    private Path disk;

    @BeforeEach
    void makeDisk() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
    }

    private String stageInLittleMemory(Path archive, long maxEnvSize) throws Exception {
        return new Fork(directory.resolve("classes"))
                .with("-Xmx96m")
                .with("-XX:+UseSerialGC")
                .with("-D" + StageInFork.MAX_ENV_SIZE + "=" + maxEnvSize)
                .stage(archive, target(disk.resolve("env"), true));
    }

    private void assertRefused(String told, String why) throws Exception {
        assertThat(told).startsWith("BadRequest: ").contains(why).doesNotContainPattern("\\p{Cntrl}");
        assertThat(names(disk)).isEmpty();
    }

    /** The size that the member's header tells is enough. */
    @ParameterizedTest
    @CsvSource({"gz,4", "bz2,64", "xz,4", "zst,64"})
    void oneFileOfManyGigabytesIsRefusedBeforeItIsRead(String codec, int gibibytes) throws Exception {
        Path bomb = Bombs.ofZeros(directory.resolve("bomb." + codec), gibibytes * GIB);
        assertThat(Files.size(bomb)).isLessThan(8 << 20);

        assertRefused(stageInLittleMemory(bomb, GIB), "max_env_size");
    }

    /** What comes behind the end is read for its checksum, and stops at what padding may be. */
    @ParameterizedTest
    @ValueSource(strings = {"gz", "bz2", "xz", "zst"})
    void whatComesBehindTheEndIsNotReadForEver(String codec) throws Exception {
        Path bomb = directory.resolve("bomb." + codec);
        byte[] zeros = Bombs.packed(bomb, new byte[8 << 20]);
        try (OutputStream out = Files.newOutputStream(bomb)) {
            out.write(Bombs.packed(bomb, Bombs.header("conda-meta/history", 0)));
            for (int i = 0; i < 512; i++) {
                out.write(zeros);
            }
        }

        assertRefused(stageInLittleMemory(bomb, GIB), "larger than any padding");
    }

    /** Our own format says at its beginning what is in it, and each frame is held against that. */
    @Test
    void anArchiveOfOursIsRefusedByWhatItClaims() throws Exception {
        OwnArchive own = new OwnArchive().file("conda-meta/history", "");
        for (int i = 0; i < 40; i++) {
            own.next().large("lib/" + i, new byte[1 << 20], 1 << 20);
        }
        Path bomb = own.write(directory.resolve("own.tar.zst"));
        assertThat(Files.size(bomb)).isLessThan(1 << 20);

        assertRefused(stageInLittleMemory(bomb, 20 << 20), "max_env_size");
    }

    /** Records of packages that fill the heap; they are looked at only where an interpreter has none of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"one name of 30 MiB", "many files"})
    void recordsOfPackagesDoNotEndTheProgram(String what) throws Exception {
        Path bomb = directory.resolve("meta.tar.gz");
        String entry = "{\"_path\":\"%s\",\"prefix_placeholder\":\"/p\",\"file_mode\":\"binary\"},";
        StringBuilder json = new StringBuilder("{\"paths_data\":{\"paths\":[");
        if (what.startsWith("one")) {
            json.append(entry.formatted("x".repeat(30 << 20)));
        } else {
            for (int i = 0; i < 450_000; i++) {
                json.append(entry.formatted(i));
            }
        }
        json.setLength(json.length() - 1);
        byte[] record = json.append("]}}").toString().getBytes(US_ASCII);
        assertThat(record.length).isLessThan(32 << 20);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb));
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            member(tar, "bin/python3.12", new byte[] {0, '/', 'o', 'l', 'd', 0});
            for (int i = 0; i < 4; i++) {
                member(tar, "conda-meta/python-" + i + ".json", record);
            }
            member(
                    tar,
                    "bin/conda-unpack",
                    new CondaPack()
                            .record("conda-meta/python-0.json", "/old", "text")
                            .script()
                            .getBytes(US_ASCII));
        }

        String told = stageInLittleMemory(bomb, GIB);

        assertThat(told).isEqualTo("staged 6 files");
    }

    private static void member(TarArchiveOutputStream tar, String path, byte[] content) throws Exception {
        TarArchiveEntry entry = new TarArchiveEntry(path);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
