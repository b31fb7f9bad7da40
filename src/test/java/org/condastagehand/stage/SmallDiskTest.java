package org.condastagehand.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.condastagehand.stage.Scenery.archive;
import static org.condastagehand.stage.Scenery.names;
import static org.condastagehand.stage.Scenery.prefix;
import static org.condastagehand.stage.Scenery.target;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.NodeFault;
import org.condastagehand.resolve.ResolvedEnv;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that are too small, and archives that are too large for any. */
class SmallDiskTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path directory;

    Path disk;

    @BeforeEach
    void nameDisk() {
        disk = directory.resolve("disk");
    }

    private Throwable refusal(ResolvedEnv env, StageLimits limits) {
        return catchThrowable(() -> new Stager(limits).stage(env, target(disk.resolve("env"), false)));
    }

    /** Of zeros, so that the archive itself says little of how large it is. */
    private Path archiveOf(int files, int size) {
        CondaPack pack = new CondaPack().file("conda-meta/history", "");
        for (int i = 0; i < files; i++) {
            pack.file("lib/" + i, 0444, new byte[size]);
        }
        return pack.write(directory.resolve("zeros.tar.xz"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 16, MIB, 9 * MIB})
    void runningOutOfSpaceMidwayLeavesNothing(int size) throws Exception {
        Path archive = archiveOf(20 * MIB / size + 1, size);
        try (Tmpfs small = new Tmpfs(disk, "size=8m")) {
            assertThat(refusal(archive(archive), Scenery.NO_LIMITS))
                    .isInstanceOf(NodeFault.class)
                    .hasMessageContaining("not enough space");
            assertThat(names(disk)).isEmpty();
        }
    }

    @Test
    void runningOutOfSpaceWhileCopyingLeavesNothing() throws Exception {
        Path from = LiveEnv.demo().make(directory.resolve("home/envs/demo"));
        for (int i = 0; i < 20; i++) {
            Files.write(from.resolve("lib/" + i), new byte[MIB]);
        }
        try (Tmpfs small = new Tmpfs(disk, "size=8m")) {
            assertThat(refusal(prefix(from), Scenery.NO_LIMITS))
                    .isInstanceOf(NodeFault.class)
                    .hasMessageContaining("not enough space");
            assertThat(names(disk)).isEmpty();
        }
    }

    @Test
    void aDiskThatOthersFillMeanwhileIsTheNodesFault() throws Exception {
        Path archive = archiveOf(1500, 3000);
        try (Tmpfs small = new Tmpfs(disk, "size=8m")) {
            Thread others = new Thread(() -> {
                while (Files.notExists(disk.resolve(".env.stage"))) {
                    Thread.onSpinWait();
                }
                assertThat(catchThrowable(() -> Files.write(disk.resolve("theirs"), new byte[9 * MIB])))
                        .isNotNull();
            });
            others.start();
            Throwable refused = refusal(archive(archive), Scenery.NO_LIMITS);
            others.join();

            assertThat(refused).isInstanceOf(NodeFault.class).hasMessageContaining("No space left on device");
            assertThat(names(disk)).containsExactly("theirs");
        }
    }

    @Test
    void aDiskWithoutRoomForMoreNamesIsTheNodesFault() throws Exception {
        Path archive = archiveOf(100, 10);
        try (Tmpfs small = new Tmpfs(disk, "size=8m,nr_inodes=30")) {
            assertThat(refusal(archive(archive), Scenery.NO_LIMITS))
                    .isInstanceOf(NodeFault.class)
                    .hasMessageContaining("No space left on device");
            assertThat(names(disk)).isEmpty();
        }
    }

    @Test
    void aDiskThatRunsNoProgramsIsNoticed() throws Exception {
        Path archive = archiveOf(1, 10);
        try (Tmpfs small = new Tmpfs(disk, "size=8m,noexec")) {
            assertThat(refusal(archive(archive), Scenery.NO_LIMITS))
                    .isInstanceOf(NodeFault.class)
                    .hasMessageContaining("noexec");
            assertThat(names(disk)).isEmpty();
        }
    }

    @Test
    void whatHasToStayFreeStaysFree() throws Exception {
        Path archive = archiveOf(80, MIB);
        try (Tmpfs small = new Tmpfs(disk, "size=100m")) {
            for (long tooMuch : new long[] {30, 101}) { // noticed on the way, and before
                assertThat(refusal(archive(archive), new StageLimits(tooMuch * MIB, 0, 2)))
                        .isInstanceOf(NodeFault.class)
                        .hasMessageContaining("MiB");
                assertThat(names(disk)).isEmpty();
            }
            assertThat(refusal(archive(archive), new StageLimits(10L * MIB, 0, 2)))
                    .isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"one file", "many files", "a size that no disk has"})
    void aBombIsStopped(String kind) throws Exception {
        Files.createDirectory(disk);
        Path bomb = bomb(kind);
        assertThat(Files.size(bomb)).isLessThan(30 * MIB);

        assertThat(refusal(archive(bomb), new StageLimits(0, 100 * MIB, 2)))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("max_env_size");
        assertThat(names(disk)).isEmpty();

        Files.delete(disk);
        try (Tmpfs small = new Tmpfs(disk, "size=32m")) {
            assertThat(refusal(archive(bomb), new StageLimits(MIB, 0, 2))).isInstanceOf(NodeFault.class);
            assertThat(names(disk)).isEmpty();
        }
    }

    /** Ten gigabytes of zeros, made of one compressed block again and again. */
    private Path bomb(String kind) throws Exception {
        long size =
                Map.of("one file", 10L << 30, "many files", 64L * MIB).getOrDefault(kind, Long.MAX_VALUE - 100 * MIB);
        byte[] start = gzip(header("lib/zeros", size));
        byte[] zeros = gzip(new byte[64 * MIB]);
        Path bomb = directory.resolve("bomb.tar.gz");
        try (OutputStream out = Files.newOutputStream(bomb)) {
            if (kind.startsWith("a size")) {
                out.write(gzip(header("lib/first", 64)));
                out.write(gzip(new byte[512]));
            }
            out.write(start);
            for (int i = 0; i < 160; i++) {
                out.write(zeros);
                if (kind.equals("many files")) {
                    out.write(gzip(header("lib/zeros" + i, size)));
                }
            }
        }
        return bomb;
    }

    private static byte[] header(String path, long size) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, 512, UTF_8.name());
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        TarArchiveEntry entry = new TarArchiveEntry(path);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
        tar.flush();
        return bytes.toByteArray();
    }

    private static byte[] gzip(byte[] content) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }
}
