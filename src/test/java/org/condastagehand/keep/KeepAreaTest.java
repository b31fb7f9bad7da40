package org.condastagehand.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.condastagehand.archive.FrameCodec;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.FileClock;
import org.condastagehand.host.Progress;
import org.condastagehand.host.StagingException;
import org.condastagehand.host.User;
import org.condastagehand.pack.Globs;
import org.condastagehand.pack.Packer;
import org.condastagehand.relocate.Prefix;
import org.condastagehand.resolve.EnvState;
import org.condastagehand.resolve.KeptArchives;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeepAreaTest {
    private static final KeepLimits WIDE = new KeepLimits(1 << 30, Duration.ofDays(30), 0);

    @TempDir
    private Path directory;

    private KeptArchives archives;
    private KeepArea area;

    @BeforeEach
    void setUp() throws Exception {
        archives = new KeptArchives(directory.resolve("home/.cache/conda-stagehand/archives"));
        Files.createDirectory(directory.resolve("home"));
        area = new KeepArea(archives, User.current());
    }

    private Path env(String name) throws IOException {
        Path prefix = Files.createDirectories(directory.resolve("envs").resolve(name));
        Files.createDirectories(prefix.resolve("conda-meta"));
        Files.writeString(prefix.resolve("conda-meta/history"), "==> 2026-03-01 <==\n");
        Files.createDirectories(prefix.resolve("bin"));
        return prefix;
    }

    /** A job's directory in which an environment was staged; no more than what the packing looks at. */
    private Path staged(Path prefix, String job) throws Exception {
        Path stage = Files.createDirectories(directory.resolve(job).resolve("conda-stage"));
        Path copy = stage.resolve("envs").resolve(prefix.getFileName());
        Files.createDirectories(copy.resolve("conda-meta"));
        Files.copy(prefix.resolve("conda-meta/history"), copy.resolve("conda-meta/history"));
        Files.createDirectories(copy.resolve("bin"));
        Files.writeString(copy.resolve("bin/where"), "at " + copy);
        EnvState state = EnvState.ofPrefix(prefix);
        new PackOrder(copy, List.of(prefix.toRealPath()), state.digest(), archives.file(prefix, state)).write(stage);
        return stage;
    }

    private Optional<Path> pack(Path stage, KeepLimits limits) throws StagingException {
        CopyPacking packing = packing(limits);
        try {
            return packing.pack(stage, CopyPacking.Making.Step::run);
        } finally {
            packing.end();
        }
    }

    private CopyPacking packing(KeepLimits limits) {
        return new CopyPacking(area, new Pruning(area, limits, Clock.systemUTC()), "p");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(area.directory())) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void oneArchiveIsThereAndNothingElse() throws Exception {
        Path prefix = env("ml");

        Path archive = pack(staged(prefix, "job"), WIDE).orElseThrow();

        assertThat(names()).containsExactly(archive.getFileName().toString());
        assertThat(Files.getPosixFilePermissions(area.directory()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(area.list()).singleElement().satisfies(kept -> {
            assertThat(kept.env()).isEqualTo("ml");
            assertThat(kept.prefix()).contains(prefix);
            assertThat(kept.state()).isEqualTo(KeptArchive.State.FRESH);
        });
    }

    @Test
    void whatIsThereIsNotPackedAgain() throws Exception {
        Path prefix = env("ml");
        pack(staged(prefix, "job"), WIDE);

        assertThat(pack(staged(prefix, "other"), WIDE)).isEmpty();
        assertThat(names()).hasSize(1);
    }

    @Test
    void whatAnotherOnePacksIsLeftToIt() throws Exception {
        Path prefix = env("ml");
        Path stage = staged(prefix, "job");
        area.make();
        Path lock = KeepArea.lockOf(archives.file(prefix, EnvState.ofPrefix(prefix)));
        assertThat(Claim.take(lock)).isPresent();

        assertThat(pack(stage, WIDE)).isEmpty();
        assertThat(names()).containsExactly(lock.getFileName().toString());
    }

    /** Another one's archive appears, or the job ends, when this one has the claim and begins. */
    @ParameterizedTest
    @ValueSource(strings = {"renamed", "deleted", "another"})
    void aJobThatEndsTakesTheHalfOfItsArchiveAlong(String end) throws Exception {
        Path stage = staged(env("ml"), "job");
        for (int i = 0; i < 300; i++) {
            Files.write(stage.resolve("envs/ml/bin/" + i), new byte[1 << 16]);
        }
        PackOrder.read(stage).orElseThrow().write(stage);
        CopyPacking packing = packing(WIDE);
        int[] steps = {0};

        assertThatThrownBy(() -> {
                    try {
                        packing.pack(stage, step -> {
                            step.run();
                            steps[0]++;
                            if (steps[0] == 2) { // it has the claim and the file that it will write
                                assertThat(half()).hasSize(2);
                                end(stage, end);
                            }
                        });
                    } finally {
                        packing.end();
                    }
                })
                .isInstanceOf(StagingException.class);
        assertThat(names()).isEmpty();
    }

    /** What is in the node's cache is there for other jobs, but nobody packs for a job that has ended. */
    @Test
    void aJobThatEndsDoesSoAlsoWhereItsCopyStays() throws Exception {
        Path stage = staged(env("ml"), "job");
        PackOrder order = PackOrder.read(stage).orElseThrow();
        Path entry = directory.resolve("cache-entry");
        Files.move(order.copy(), entry);
        new PackOrder(entry, order.originals(), order.state(), order.archive()).write(stage);
        CopyPacking packing = packing(WIDE);

        assertThatThrownBy(() -> {
                    try {
                        packing.pack(stage, step -> {
                            step.run();
                            if (Files.exists(stage) && half().size() == 2) {
                                end(stage, "renamed");
                            }
                        });
                    } finally {
                        packing.end();
                    }
                })
                .hasMessageContaining("the job has ended");
        assertThat(names()).isEmpty();
        assertThat(entry).isDirectory();
    }

    private List<String> half() {
        try {
            return names();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void end(Path stage, String how) {
        try {
            if (how.equals("deleted")) {
                org.condastagehand.host.FileTree.delete(stage.getParent());
                return;
            }
            Files.move(stage.getParent(), directory.resolve("trash"));
            if (how.equals("another")) { // a later job of the same number
                Files.createDirectories(stage.getParent());
                new ProcessBuilder(
                                "cp",
                                "-a",
                                directory.resolve("trash/conda-stage").toString(),
                                stage.toString())
                        .start()
                        .waitFor();
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aCopyThatTheJobHasChangedIsNotKept() throws Exception {
        Path stage = staged(env("ml"), "job");
        Path file = stage.resolve("envs/ml/bin/where");
        FileTime before = Files.getLastModifiedTime(file);
        FileClock.waitForAnotherTime(directory);
        Files.writeString(file, "changed");
        Files.setLastModifiedTime(file, before);

        assertThatThrownBy(() -> pack(stage, WIDE)).hasMessageContaining("`" + file + "` was changed since");
        assertThat(names()).isEmpty();
    }

    @Test
    void anEnvironmentThatCannotBePackedIsNotTriedByEachJob() throws Exception {
        Path prefix = env("ml");
        Path stage = staged(prefix, "job");
        Files.writeString(stage.resolve("envs/ml/bin/conda-unpack"), "");
        PackOrder.read(stage).orElseThrow().write(stage);

        assertThatThrownBy(() -> pack(stage, WIDE)).isInstanceOf(BadRequest.class);

        assertThat(KeepArea.isRefused(archives.file(prefix, EnvState.ofPrefix(prefix))))
                .isTrue();
        assertThat(area.refused().get("ml")).contains("has a `bin/conda-unpack` of its own");
        assertThat(names()).allMatch(name -> name.endsWith(".refused")).hasSize(1);
    }

    @Test
    void anArchiveThatTakesMoreThanAllMayIsGivenUp() throws Exception {
        Path stage = staged(env("ml"), "job");
        byte[] noise = new byte[3 << 20];
        new java.util.Random(1).nextBytes(noise);
        Files.write(stage.resolve("envs/ml/bin/noise"), noise);
        PackOrder.read(stage).orElseThrow().write(stage);

        // the thread that meets the limit ends the others, and any of them may tell first
        assertThatThrownBy(() -> pack(stage, new KeepLimits(1 << 20, Duration.ofDays(30), 0)))
                .isInstanceOf(StagingException.class);
        assertThatThrownBy(() -> pack(stage, new KeepLimits(1 << 30, Duration.ofDays(30), Long.MAX_VALUE)))
                .isInstanceOf(StagingException.class);
        assertThat(names()).isEmpty();
    }

    @Test
    void anOrderForAnotherDirectoryIsRefused() throws Exception {
        Path stage = staged(env("ml"), "job");
        PackOrder order = PackOrder.read(stage).orElseThrow();
        new PackOrder(order.copy(), order.originals(), order.state(), directory.resolve("elsewhere-0.tar.zst"))
                .write(stage);

        assertThatThrownBy(() -> pack(stage, WIDE)).isInstanceOf(BadRequest.class);
        assertThat(directory.resolve("elsewhere-0.tar.zst")).doesNotExist();
    }

    private Path keep(String name, int bytes, Duration sinceUse) throws Exception {
        Path prefix = env(name);
        area.make();
        byte[] noise = new byte[bytes];
        new java.util.Random(name.hashCode()).nextBytes(noise);
        Files.write(prefix.resolve("noise"), noise);
        EnvState state = EnvState.ofPrefix(prefix);
        Path archive = archives.file(prefix, state);
        try (FileChannel out = FileChannel.open(
                archive, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            new Packer(new Packer.Order(
                            prefix,
                            new Globs(),
                            new FrameCodec(FrameCodec.Format.TAR_ZST, 1),
                            1,
                            "p",
                            directory,
                            true,
                            true,
                            Optional.of(state.digest()),
                            List.of(Prefix.of(prefix.toString()))))
                    .pack(out, Progress.NONE);
        }
        KeepArea.noteUse(archive);
        Path used = archive.resolveSibling(archive.getFileName().toString().replace(".tar.zst", ".used"));
        Files.setLastModifiedTime(used, FileTime.from(Instant.now().minus(sinceUse)));
        return archive;
    }

    private List<String> pruned(KeepLimits limits, boolean all) throws Exception {
        return new Pruning(area, limits, Clock.systemUTC())
                .prune(all).stream().map(KeptArchive::env).sorted().toList();
    }

    @Test
    void whatNoJobCanUseGoesAndWhatNoneDid() throws Exception {
        keep("used", 1000, Duration.ofHours(1));
        keep("unused", 1000, Duration.ofDays(31));
        keep("changed", 1000, Duration.ofHours(1));
        Files.writeString(env("changed").resolve("conda-meta/history"), "==> another <==\n");
        keep("away", 1000, Duration.ofDays(2));
        Files.move(directory.resolve("envs/away"), directory.resolve("envs/unmounted"));
        Files.writeString(keep("broken", 1000, Duration.ofHours(1)), "not an archive");

        assertThat(pruned(WIDE, false)).containsExactly("broken", "changed", "unused");
        assertThat(area.list()).extracting(KeptArchive::env).containsExactly("used", "away");
        assertThat(area.list())
                .extracting(KeptArchive::state)
                .containsExactly(KeptArchive.State.FRESH, KeptArchive.State.GONE);
        assertThat(pruned(WIDE, true)).containsExactly("away", "used");
        assertThat(names()).isEmpty();
    }

    @Test
    void beyondTheirSizeTheLeastRecentlyUsedGoes() throws Exception {
        keep("first", 100_000, Duration.ofHours(3));
        keep("second", 100_000, Duration.ofHours(2));
        keep("third", 100_000, Duration.ofHours(1));

        assertThat(pruned(new KeepLimits(250_000, Duration.ofDays(30), 0), false))
                .containsExactly("first");
        assertThat(area.list()).extracting(KeptArchive::env).containsExactly("third", "second");
    }

    @Test
    void whatKilledPackersLeftGoesAndWhatLivingOnesWriteStays() throws Exception {
        area.make();
        Path old = Files.writeString(area.directory().resolve(".ml-0.tar.zst.half"), "half");
        Path young = Files.writeString(area.directory().resolve(".rl-0.tar.zst.half"), "half");
        Files.setLastModifiedTime(
                old, FileTime.fromMillis(System.currentTimeMillis() - KeepArea.LEFT_BEHIND.toMillis() - 10_000));

        assertThat(pruned(WIDE, false)).isEmpty();

        assertThat(old).doesNotExist();
        assertThat(young).exists();
    }

    @Test
    void aDirectoryThatOthersMayEnterIsNotWrittenTo() throws Exception {
        Path stage = staged(env("ml"), "job");
        Files.createDirectories(area.directory());
        Files.setPosixFilePermissions(area.directory(), PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThatThrownBy(() -> pack(stage, WIDE)).hasMessageContaining("is not a private directory");
        assertThat(names()).isEmpty();
    }
}
