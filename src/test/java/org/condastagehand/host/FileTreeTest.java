package org.condastagehand.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class FileTreeTest {
    /** Exchanges a directory in the tree and a link beside the tree without end, and makes again what was deleted. */
    private static final String SWAPPER = """
            import ctypes, os, sys
            tree, outside = sys.argv[1:]
            victim = tree + "/a/victim"
            libc = ctypes.CDLL(None)
            print(".", end="", flush=True)
            while True:
                if libc.renameat2(-100, victim.encode(), -100, b"spare", 2):
                    try:
                        os.makedirs(tree + "/a", exist_ok=True)
                        if not os.path.lexists("spare"):
                            os.symlink(outside, "spare")
                        if os.path.islink("spare"):
                            os.mkdir(victim)
                        else:
                            os.symlink(outside, victim)
                    except OSError:
                        pass
            """;

    @TempDir
    private Path directory;

    private Path tree(String script) throws Exception {
        Path tree = Files.createDirectories(directory.resolve("tree"));
        AsNobody.shell(tree, script);
        return tree;
    }

    /** Directories in each other, made from the innermost outwards; what is at {@code x} comes to lie in that. */
    private Path nested(int levels, String name) throws IOException {
        Path inner = directory.resolve("x");
        Path outer = directory.resolve("outer");
        if (!Files.exists(inner)) {
            Files.createDirectory(inner);
        }
        for (int i = 0; i < levels; i++) {
            Files.createDirectory(outer);
            Files.move(inner, outer.resolve(name));
            Files.move(outer, inner);
        }
        return Files.move(inner, directory.resolve("tree"));
    }

    private void assertGone(Path tree) throws IOException {
        assertThat(Files.exists(tree, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    @Test
    void deletesATreeWithAllKindsOfFilesInIt() throws Exception {
        Path tree = tree("mkdir -p a/b/c; echo x > a/b/f; mkfifo a/fifo; ln -s nowhere a/dangling; ln a/b/f a/hard;"
                + " touch \"$(printf 'caf\\351')\" \"$(printf 'a\\nb')\"; mkdir \"$(printf 'd\\377')\";"
                + " touch \"$(printf 'd\\377/e\\376')\"");
        FileTree.delete(tree);
        assertGone(tree);
    }

    @Test
    void deletesAFileALinkAndNothing() throws Exception {
        Path outside = Files.writeString(directory.resolve("outside"), "kept");
        Path link = Files.createSymbolicLink(directory.resolve("link"), outside);
        FileTree.delete(link);
        FileTree.delete(directory.resolve("none"));
        FileTree.delete(directory.resolve("none/none"));
        assertGone(link);
        assertThat(outside).hasContent("kept");
        assertThatThrownBy(() -> FileTree.delete(Path.of("/"))).isInstanceOf(IOException.class);
    }

    @Test
    void leavesWhatSymlinksPointTo() throws Exception {
        Path outside = Files.createDirectories(directory.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "kept");
        Path tree = tree("ln -s ../outside link; mkdir a; ln -s ../../outside a/link");
        FileTree.delete(tree);
        assertGone(tree);
        Path root = Files.createSymbolicLink(directory.resolve("root"), outside);
        FileTree.delete(root);
        assertGone(root);
        assertThat(outside.resolve("kept")).hasContent("kept");
    }

    @Test
    void deletesATreeThatIsDeeperThanAnyPath() throws Exception {
        Path tree = nested(5000, "d");
        FileTree.delete(tree);
        assertGone(tree);
    }

    @Test
    void opensDirectoriesThatTheirOwnerMayNotEnter() throws Exception {
        Path tree = tree("mkdir -p a/b/c d/e f; touch a/b/c/x d/e/x; chmod 0 a/b d/e f; chmod 555 d; chmod 300 a;"
                + " chown -hR 65534 .; chmod 0 .");
        AsNobody.shell(directory, "chmod 777 .");
        AsNobody.run(Files.createDirectory(directory.resolve("scratch")), AsNobody.Delete.class, tree);
        assertGone(tree);
    }

    /** Java changes a mode by path where it cannot open the directory, and this path is longer than the kernel takes. */
    @Test
    void opensThemHoweverDeepTheyLie() throws Exception {
        String name = "n".repeat(250);
        Files.createFile(directory.resolve("x"));
        AsNobody.shell(
                directory, "mkdir -p next/shut; mv x next/shut; chmod 0 next/shut; chown -R 65534 next; mv next x");
        Path tree = nested(60, name);
        AsNobody.shell(directory, "chown -hR 65534 tree");
        AsNobody.shell(directory, "chmod 777 .");
        AsNobody.run(Files.createDirectory(directory.resolve("scratch")), AsNobody.Delete.class, tree);
        assertGone(tree);
    }

    @Test
    void goesOnPastWhatItCannotDelete() throws Exception {
        assumeTrue(User.current().isRoot());
        Path tree = tree("mkdir mount rest deep; touch rest/x; cd deep; for i in $(seq 200); do mkdir d; cd d; done");
        AsNobody.shell(tree, "mount -t tmpfs none mount && touch mount/kept");
        try {
            assertThatThrownBy(() -> FileTree.delete(tree))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("mounted");
            assertThat(tree.resolve("mount/kept")).exists();
            try (Stream<Path> left = Files.list(tree)) {
                assertThat(left).containsExactly(tree.resolve("mount"));
            }
        } finally {
            AsNobody.shell(tree, "umount mount");
        }
        FileTree.delete(tree);
        assertGone(tree);
    }

    @Test
    void doesNotEnterABindMountOfTheSameDisk() throws Exception {
        assumeTrue(User.current().isRoot());
        Path outside = Files.createDirectories(directory.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "kept");
        Path tree = tree("mkdir -p 'a b/mount'; mount --bind ../outside 'a b/mount'");
        try {
            assertThatThrownBy(() -> FileTree.delete(tree)).isInstanceOf(IOException.class);
            assertThat(outside.resolve("kept")).hasContent("kept");
        } finally {
            AsNobody.shell(tree, "umount 'a b/mount'");
        }
        FileTree.delete(tree);
        assertGone(tree);
    }

    @Test
    void twoMayDeleteAtOnce() throws Exception {
        for (int round = 0; round < 20; round++) {
            Path tree = tree("mkdir -p a{1..30}/b/c; touch a{1..30}/b/c/x a{1..30}/y");
            CountDownLatch start = new CountDownLatch(1);
            ExecutorService both = Executors.newFixedThreadPool(2);
            List<Future<Boolean>> deletions = Stream.of(1, 2)
                    .map(i -> both.submit(() -> {
                        start.await();
                        FileTree.delete(tree);
                        return true;
                    }))
                    .toList();
            start.countDown();
            for (Future<Boolean> deletion : deletions) {
                assertThat(deletion.get()).isTrue();
            }
            both.shutdown();
            assertGone(tree);
        }
    }

    @Test
    void aWriterMakesItFailAndNotLoopForEver() throws Exception {
        Path tree = tree("mkdir -p a/b");
        Process writer = new ProcessBuilder(
                        "bash",
                        "-c",
                        // asked to end, it does so between two of its children, so none of them writes on
                        "trap exit TERM; cd a/b; while :; do mkdir -p x$RANDOM/y 2>/dev/null || exit; done")
                .directory(tree.toFile())
                .start();
        try {
            for (int i = 0; i < 50 && Files.exists(tree); i++) {
                try {
                    FileTree.delete(tree);
                } catch (IOException e) {
                    // a directory was made in what had just been emptied
                }
            }
        } finally {
            writer.destroy();
            writer.waitFor();
        }
        FileTree.delete(tree);
        assertGone(tree);
    }

    /** In one process: a shell would fork for every directory. */
    private Path wideAndDeep(int width, int depth) throws Exception {
        String script = """
                import os
                for i in range(%1$d):
                    os.mkdir(str(i))
                    os.chdir(str(i))
                    for j in range(%2$d):
                        os.makedirs("leaf/empty")
                        open("leaf/file", "w").close()
                        os.mkdir("next")
                        os.chmod("leaf", 0o555)
                        os.chdir("next")
                    os.chdir("../" * %2$d + "..")
                """;
        return tree("python3 -c '" + script.formatted(width, depth) + "'");
    }

    @ParameterizedTest
    @CsvSource({"300, 5", "3, 300"})
    void deletesWideAndDeepTreesWithSeveralThreads(int width, int depth) throws Exception {
        Path tree = wideAndDeep(width, depth);
        FileTree.delete(tree);
        assertGone(tree);
    }

    @Test
    void leavesTheOtherNamesOfHardLinks() throws Exception {
        Path outside = Files.writeString(directory.resolve("outside"), "kept");
        Path tree = tree("for i in $(seq 50); do mkdir $i; ln ../outside $i/link; done; chmod a-w [0-9]*");
        FileTree.delete(tree);
        assertGone(tree);
        assertThat(outside).hasContent("kept");
        assertThat(Files.getAttribute(outside, "unix:nlink")).isEqualTo(1);
    }

    @Test
    void aFailureInOnePlaceDoesNotKeepTheRest() throws Exception {
        assumeTrue(User.current().isRoot());
        Path tree = tree("for i in $(seq 100); do mkdir -p $i/a/b; touch $i/a/b/{x,y} $i/z; done;"
                + " for i in 20 50; do mount -t tmpfs none $i/a/b; touch $i/a/b/kept; done");
        try {
            assertThatThrownBy(() -> FileTree.delete(tree)).hasMessageContaining("mounted");
            try (Stream<Path> left = Files.walk(tree)) {
                assertThat(left.skip(1).map(path -> tree.relativize(path).toString()))
                        .containsExactlyInAnyOrder(
                                "20", "20/a", "20/a/b", "20/a/b/kept", "50", "50/a", "50/a/b", "50/a/b/kept");
            }
        } finally {
            AsNobody.shell(tree, "umount */a/b");
        }
        FileTree.delete(tree);
        assertGone(tree);
    }

    /** Four threads, however many cores this machine has. */
    private static void deleteInFork(Path tree, String limit) throws Exception {
        AsNobody.shell(
                tree.getParent(), limit + "; exec '" + String.join("' '", fork(AsNobody.Delete.class, tree)) + "'");
    }

    private static List<String> fork(Class<?> main, Path tree) {
        String classes = Stream.of(FileTree.class, AsNobody.class)
                .map(type ->
                        type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .collect(Collectors.joining(":"));
        return List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:ActiveProcessorCount=4",
                "-Xmx16m",
                "-cp",
                classes,
                main.getName(),
                tree.toString());
    }

    /** Deletes a tree and says what that took: milliseconds of CPU, KiB of memory at most, threads at most, milliseconds. */
    public static final class Measured {
        private Measured() {}

        public static void main(String[] arguments) throws IOException {
            long begun = System.nanoTime();
            FileTree.delete(Path.of(arguments[0]));
            long millis = (System.nanoTime() - begun) / 1_000_000;
            String memory = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .collect(Collectors.joining());
            System.out.println(ProcessHandle.current()
                            .info()
                            .totalCpuDuration()
                            .orElseThrow()
                            .toMillis() + " " + memory + " "
                    + ManagementFactory.getThreadMXBean().getPeakThreadCount() + " " + millis);
        }
    }

    /** Half of the files in one directory, the others in many, and directories in each other, one for twenty files. */
    private List<Long> measured(int files) throws Exception {
        String script = """
                import os
                for i in range(%1$d // 2):
                    open(str(i), "w").close()
                for i in range(%1$d // 100):
                    os.mkdir("many%%d" %% i)
                    for j in range(50):
                        open("many%%d/%%d" %% (i, j), "w").close()
                for i in range(%1$d // 20):
                    os.mkdir("deep")
                    os.chdir("deep")
                """;
        Path tree = tree("python3 -c '" + script.formatted(files) + "'");
        Process process = new ProcessBuilder(fork(Measured.class, tree))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertGone(tree);
        List<Long> figures =
                Stream.of(said.strip().split(" ")).map(Long::valueOf).toList();
        System.out.printf(
                "%,d files: %d ms of CPU, %d KiB, %d threads, %d ms%n",
                files, figures.get(0), figures.get(1), figures.get(2), figures.get(3));
        return figures;
    }

    /** With all of it a million files. Work in proportion to the square would be twenty-five times as much, not five. */
    @Test
    @Timeout(600)
    void takesTimeInProportionToTheTreeAndMemoryInNone() throws Exception {
        int most = Amount.of(25_000, 1_000_000);
        List<Long> fifth = measured(most / 5);
        List<Long> all = measured(most);
        assertThat(all.get(0)).as("CPU").isLessThan(8 * fifth.get(0));
        assertThat(all.get(1)).as("KiB").isLessThan(128_000);
        assertThat(all.get(2)).as("threads").isLessThan(16);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 128, 256, 1024})
    void keepsWithinTheLimitOfOpenFiles(int limit) throws Exception {
        Path tree = wideAndDeep(8, 150);
        deleteInFork(tree, "ulimit -n " + limit);
        assertGone(tree);
    }

    @Test
    void deletesManyDirectoriesInOneWithLittleMemory() throws Exception {
        int names = Amount.of(8_000, 20_000);
        Path tree = tree("seq " + names + " | xargs mkdir; cd 1; seq " + names + " | xargs touch");
        deleteInFork(tree, ":");
        assertGone(tree);
    }

    /** Code that opens a directory as a path would be opened follows the link after some 2,000 deletions. */
    @Test
    void doesNotFollowASymlinkThatTakesADirectorysPlace() throws Exception {
        Path outside = Files.createDirectories(directory.resolve("outside/inner"));
        Path kept = Files.writeString(outside.resolve("kept"), "kept");
        Path tree = directory.resolve("tree");
        Process swapper = new ProcessBuilder("python3", "-c", SWAPPER, tree.toString(), outside.getParent() + "")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(swapper.getInputStream().read()).isEqualTo('.');
            for (int deletion = 0; deletion < 20_000; deletion++) {
                try {
                    FileTree.delete(tree);
                } catch (IOException e) {
                    // it was exchanged just then
                }
            }
            assertThat(swapper.isAlive()).isTrue();
        } finally {
            swapper.destroyForcibly().waitFor();
        }
        assertThat(kept).hasContent("kept");
        FileTree.delete(tree);
        assertGone(tree);
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 2, 2, 64",
        "1000, 16, 4, 60",
        "1000000, 64, 4, 64",
        "1000, 1, 1, 64",
        "230, 4, 4, 12",
        "100, 4, 2, 10",
        "20, 4, 1, 3",
        "0, 4, 1, 1",
        "-5, 4, 1, 1"
    })
    void opensFewerDirectoriesWhereFewAreAllowed(long free, int cores, int workers, int levels) {
        assertThat(DeletionLimits.of(free, cores)).isEqualTo(new DeletionLimits(workers, levels));
    }
}
