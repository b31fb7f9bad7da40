package org.condastagehand.keep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimTest {
    @TempDir
    private Path directory;

    private Path lock() {
        return directory.resolve("ml.lock");
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    private Path token() throws IOException {
        try (Stream<Path> entries = Files.list(lock())) {
            return entries.findFirst().orElseThrow();
        }
    }

    /** As a process of another node, of which nothing can be told but its signs of life. */
    private void elsewhere(Duration sinceSignOfLife) throws IOException {
        Path token = token();
        Files.writeString(token, "another-boot\npid:[1]\n1\n1\n");
        for (Path path : List.of(token, lock())) {
            long then = Files.getLastModifiedTime(token).toMillis() - sinceSignOfLife.toMillis();
            Files.setLastModifiedTime(path, FileTime.fromMillis(then));
        }
    }

    @Test
    void ofManyOneHasIt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Optional<Claim>>> tries = threads.invokeAll(IntStream.range(0, 40)
                    .<java.util.concurrent.Callable<Optional<Claim>>>mapToObj(i -> () -> Claim.take(lock()))
                    .toList());
            int taken = 0;
            for (Future<Optional<Claim>> one : tries) {
                taken += one.get().isPresent() ? 1 : 0;
            }
            assertThat(taken).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whoGivesItUpLeavesNothing() throws Exception {
        Claim claim = Claim.take(lock()).orElseThrow();
        assertThat(claim.renew()).isTrue();

        claim.release();

        assertThat(left()).isEmpty();
        assertThat(Claim.take(lock())).isPresent();
    }

    @Test
    void oneThatShowsNoSignOfLifeIsTakenOverAndNotices() throws Exception {
        Claim lost = Claim.take(lock()).orElseThrow();
        elsewhere(Claim.STALE.plusSeconds(10));

        Optional<Claim> next = Claim.take(lock());

        assertThat(next).isPresent();
        assertThat(lost.renew()).isFalse();
        lost.release();
        assertThat(next.get().renew()).isTrue();
        next.get().release();
        assertThat(left()).isEmpty();
    }

    @Test
    void oneOfAnotherNodeThatShowsSignsOfLifeIsLeft() throws Exception {
        assertThat(Claim.take(lock())).isPresent();
        elsewhere(Claim.STALE.minusSeconds(10));

        assertThat(Claim.take(lock())).isEmpty();
        assertThat(left()).containsExactly(lock());
    }

    @Test
    void oneOfADeadProcessOfThisNodeIsTakenOverAtOnce() throws Exception {
        assertThat(Claim.take(lock())).isPresent();
        List<String> words = Files.readAllLines(token());
        Process ended = new ProcessBuilder("/bin/true").start();
        ended.waitFor();
        Files.writeString(
                token(), String.join("\n", words.get(0), words.get(1), Long.toString(ended.pid()), words.get(3), ""));

        assertThat(Claim.take(lock())).isPresent();
    }

    /** Killed between the two steps of its making. */
    @Test
    void oneOfNobodyIsTakenOverWhenItIsOld() throws Exception {
        Files.createDirectory(lock());
        assertThat(Claim.take(lock())).isEmpty();

        Files.setLastModifiedTime(
                lock(), FileTime.fromMillis(System.currentTimeMillis() - Claim.STALE.toMillis() - 10_000));
        assertThat(Claim.take(lock())).isPresent();
    }

    @Test
    void manyThatFindADeadOneEndWithOne() throws Exception {
        for (int round = 0; round < 20; round++) {
            assertThat(Claim.take(lock())).isPresent();
            elsewhere(Claim.STALE.plusSeconds(10));
            ofManyOneHasIt();
            org.condastagehand.host.FileTree.delete(lock());
            assertThat(left()).isEmpty();
        }
    }
}
