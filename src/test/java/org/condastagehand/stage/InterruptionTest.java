package org.condastagehand.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.condastagehand.stage.Scenery.archive;
import static org.condastagehand.stage.Scenery.names;
import static org.condastagehand.stage.Scenery.stage;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.NodeFault;
import org.condastagehand.resolve.ResolvedEnv;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens meanwhile: the job is over, or the archive changes. */
class InterruptionTest {
    @TempDir
    Path directory;

    Path disk;
    Path env;
    Path work;

    @BeforeEach
    void makeDisk() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        env = disk.resolve("env");
        work = disk.resolve(".env.stage");
    }

    private Path largeArchive() {
        CondaPack pack = Demo.pack();
        for (int i = 0; i < 2500; i++) {
            pack.program("lib/" + i % 7 + "/" + i, "#!/usr/bin/env perl -w\n" + "x".repeat(i));
        }
        return pack.write(directory.resolve("large.tar"));
    }

    /** Stages in a thread of its own and gives what it ended with. */
    private final class Staging extends Thread {
        private final ResolvedEnv source;
        private final AtomicReference<Throwable> end = new AtomicReference<>();

        Staging(ResolvedEnv source) {
            this.source = source;
        }

        @Override
        public void run() {
            end.set(catchThrowable(() -> stage(source, env)));
        }

        /** Returns as soon as the file is there. A thread that sleeps is woken in time even where many want to run. */
        void begin(Path until) throws InterruptedException {
            start();
            while (!Files.exists(until) && isAlive()) {
                Thread.sleep(0, 100_000);
            }
        }

        Throwable end() throws InterruptedException {
            join();
            return end.get();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"archive", "prefix"})
    void anInterruptionLeavesNothing(String kind) throws Exception {
        Path archive = largeArchive();
        ResolvedEnv source = archive(archive);
        if (kind.equals("prefix")) {
            stage(source, directory.resolve("live"));
            source = Scenery.prefix(directory.resolve("live"));
        }
        int interrupted = 0;
        for (int delay = 0; delay < 300; delay += 23) {
            Staging staging = new Staging(source);
            staging.start();
            Thread.sleep(delay);
            staging.interrupt();

            Throwable end = staging.end();
            if (end == null) {
                assertThat(names(disk)).containsExactly("env");
                FileTree.delete(env);
            } else {
                interrupted++;
                assertThat(end).isInstanceOf(NodeFault.class).hasMessageContaining("interrupted");
                assertThat(names(disk)).as("after %d ms", delay).isEmpty();
            }
        }
        assertThat(interrupted).isPositive();
    }

    @Test
    void aTreeThatIsStruckMeanwhileIsNotPublished() throws Exception {
        ResolvedEnv source = archive(largeArchive());
        for (int delay = 0; delay < 60; delay += 7) {
            Staging staging = new Staging(source);
            Path struck = disk.resolve("struck");
            staging.begin(work.resolve("bin"));
            Thread.sleep(delay);
            boolean moved = work.toFile().renameTo(struck.toFile());

            Throwable end = staging.end();
            if (moved) {
                assertThat(end).isInstanceOf(NodeFault.class);
                assertThat(names(disk)).containsExactly("struck");
                FileTree.delete(struck);
            } else {
                FileTree.delete(env);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1 << 20})
    void anArchiveThatIsCutMeanwhileIsRefused(int length) throws Exception {
        CondaPack pack = new CondaPack().file("conda-meta/history", "");
        for (int i = 0; i < 20; i++) {
            pack.file("lib/" + i, 0644, new byte[7 << 20]);
        }
        Path archive = pack.write(directory.resolve("large.tar"));
        Staging staging = new Staging(archive(archive));
        staging.begin(work);
        try (FileChannel channel = FileChannel.open(archive, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
        assertThat(staging.end()).isInstanceOf(BadRequest.class).hasMessageContaining("large.tar");
        assertThat(names(disk)).isEmpty();
    }

    @Test
    void aPlaceThatIsTakenIsRefusedBeforeAnythingIsRead() throws Exception {
        Files.createDirectories(env.resolve("of somebody"));
        ResolvedEnv none = new ResolvedEnv(
                "demo", new ResolvedEnv.Archive(directory.resolve("none"), 0), Optional.empty(), List.of());

        assertThat(catchThrowable(() -> stage(none, env)))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("there already");
        assertThat(names(disk)).containsExactly("env");
        assertThat(names(env)).containsExactly("of somebody");

        Files.createSymbolicLink(disk.resolve("link"), directory);
        assertThat(catchThrowable(() -> stage(none, disk.resolve("link"))))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("there already");
    }

    @Test
    void anEmptyDirectoryIsAPlaceToStageTo() throws Exception {
        Files.createDirectory(env);

        stage(archive(Demo.pack().write(directory.resolve("demo.tar"))), env);

        assertThat(env.resolve("conda-meta")).isDirectory();
    }

    @Test
    void aPlaceThatIsTakenMeanwhileStaysAsItIs() throws Exception {
        Staging staging = new Staging(archive(largeArchive()));
        staging.begin(work);
        Files.createDirectories(env.resolve("of somebody"));

        assertThat(staging.end()).isInstanceOf(BadRequest.class).hasMessageContaining("there already");
        assertThat(names(disk)).containsExactly("env");
        assertThat(names(env)).containsExactly("of somebody");
    }
}
