package org.condastagehand.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code pack} makes an archive that staging, and anybody with tar, can unpack, and leaves nothing when it is ended. */
class PackIT {
    @RegisterExtension
    static final Sandbox SANDBOX = new Sandbox();

    private static final Duration SOON = Duration.ofSeconds(90);

    @BeforeAll
    static void installEnvironments() {
        Path envs = SANDBOX.home().resolve(".conda/envs");
        CondaEnv.small().install(envs.resolve("demo"), SANDBOX.user());
        CondaEnv.small().withFiles(4000).install(envs.resolve("large"), SANDBOX.user());
        SANDBOX.user().own(SANDBOX.home());
    }

    private static Ran pack(String... arguments) {
        return SANDBOX.stagehand(words("pack", arguments)).run();
    }

    private static String[] words(String command, String... arguments) {
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(command), java.util.stream.Stream.of(arguments))
                .toArray(String[]::new);
    }

    private static String[] namesInWork() {
        String[] names = SANDBOX.work().toFile().list();
        return names == null ? new String[0] : names;
    }

    @ParameterizedTest
    @CsvSource({"tar.zst, 'tar, zstd, indexed'", "tar.gz, 'tar, gzip'"})
    void thereAndBack(String format, String inspected) {
        Path archive = SANDBOX.work().resolve("demo." + format);
        Path to = SANDBOX.work().resolve("mine");

        Ran packed = pack("demo", "--format", format).endedWith(0).saidNoError();
        Ran inspect =
                SANDBOX.stagehand("inspect", "--verify", archive.toString()).run();
        SANDBOX.stagehand("stage", archive.toString(), "--to", to.toString())
                .run()
                .endedWith(0);
        Ran program = SANDBOX.asUser(to.resolve("bin/tool").toString()).run().endedWith(0);
        Ran binary = SANDBOX.asUser(to.resolve("bin/binary-prefix").toString()).run();

        assertThat(packed.out()).isEqualTo(archive + "\n");
        assertThat(inspect.endedWith(0).out()).contains("format:      " + inspected + "\n", "problems:    none\n");
        assertThat(program.out()).isEqualTo("python of " + to + ": python " + to + "/bin/tool\n");
        assertThat(binary.endedWith(0).out()).isEqualTo(to + "/lib\n");
        SANDBOX.stagehand("unstage", to.toString()).run().endedWith(0);
    }

    @Test
    void whoHasOnlyTarUnpacksItToo() {
        pack("demo", "-o", "demo.tar.zst").endedWith(0);
        Path copy = SANDBOX.work().resolve("copy");

        SANDBOX.asUser("sh", "-ec", "mkdir copy; tar -xf demo.tar.zst -C copy; copy/bin/conda-unpack")
                .run()
                .endedWith(0);

        Ran program = SANDBOX.asUser(copy.resolve("bin/tool").toString()).run().endedWith(0);
        assertThat(program.out()).isEqualTo("python of " + copy + ": python " + copy + "/bin/tool\n");
        assertThat(copy.resolve("etc/conda/activate.d")).isDirectoryNotContaining("glob:**auto*");
    }

    @Test
    void besideTheEnvironmentItIsWhatAJobIsStagedFrom() {
        Path archive = SANDBOX.home().resolve(".conda/envs/demo.tar.zst");
        pack("demo", "-o", archive.toString()).endedWith(0);
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "#$ -l conda_env=demo", "whereami");

        Ran explained = SANDBOX.stagehand("explain", script.toString()).run().endedWith(0);
        Ran run = SANDBOX.stagehand("run", script.toString()).run().endedWith(0);

        assertThat(explained.out()).contains("source:      archive " + archive);
        assertThat(run.err()).contains("from archive `" + archive + "`");
        assertThat(run.out()).endsWith("/conda-stage/envs/demo\n");
        assertThat(archive.toFile().delete()).isTrue();
    }

    @Test
    void theSameEnvironmentMakesTheSameBytes() throws IOException {
        pack("large", "-o", "a.tar.zst", "--threads", "1").endedWith(0);
        pack(SANDBOX.home().resolve(".conda/envs/large").toString(), "-o", "b.tar.zst", "--threads", "3")
                .endedWith(0);

        assertThat(SANDBOX.work().resolve("a.tar.zst"))
                .hasSameBinaryContentAs(SANDBOX.work().resolve("b.tar.zst"));
    }

    @Test
    void anArchiveThatIsThereIsReplacedOnlyByForce() throws IOException {
        SANDBOX.file("demo.tar.zst", "precious");

        Ran refused = pack("demo").endedWith(65).saidOneError("demo.tar.zst` is there already");
        assertThat(SANDBOX.work().resolve("demo.tar.zst")).hasContent("precious");
        pack("demo", "--force").endedWith(0);

        assertThat(refused.err()).contains("hint: to replace it: --force");
        assertThat(Files.size(SANDBOX.work().resolve("demo.tar.zst"))).isGreaterThan(1000);
        assertThat(namesInWork()).containsExactly("demo.tar.zst");
    }

    @Test
    void theUmaskDecidesWhoMayReadIt() throws IOException {
        for (String umask : new String[] {"022", "077", "027"}) {
            Path archive = SANDBOX.work().resolve(umask + ".tar.zst");
            String program = Sandbox.tree().resolve("bin/conda-stagehand").toString();
            SANDBOX.asUser(
                            "sh",
                            "-c",
                            "umask " + umask + "; exec \"$@\"",
                            "sh",
                            program,
                            "pack",
                            "demo",
                            "-o",
                            archive + "")
                    .run()
                    .endedWith(0);
            int mode = 0666 & ~Integer.parseInt(umask, 8);
            assertThat(Files.getAttribute(archive, "unix:mode")).isEqualTo(0100000 | mode);
        }
    }

    @Test
    void mistakesAreOneLine() throws IOException {
        pack("no-such-env").endedWith(65).saidOneError("`no-such-env`");
        pack("demo", "-o", "no/such/demo.tar.zst").endedWith(65).saidOneError("there is no directory");
        pack("demo", "-o", "demo.tar.xz").endedWith(65).saidOneError("tar.zst or tar.gz, not `tar.xz`");
        pack("demo", "--level", "20").endedWith(65).saidOneError("levels of tar.zst are 1 to 19, not 20");
        pack("demo", "--threads", "0").endedWith(65).saidOneError("--threads");
        pack("demo", "-o", SANDBOX.home() + "/.conda/envs/demo/x.tar.zst")
                .endedWith(65)
                .saidOneError("lies in the environment");
        pack().endedWith(2).saidOneError("ENV");
        pack("demo", "--exclude").endedWith(2).saidOneError("--exclude");
        Files.createDirectory(SANDBOX.work().resolve("read-only"));
        SANDBOX.user().own(SANDBOX.work());
        Tool.run("chmod", "555", SANDBOX.work().resolve("read-only").toString());
        if (SANDBOX.user().uid() != 0) {
            pack("demo", "-o", "read-only/x.tar.zst").endedWith(69).saidOneError("read-only`: permission denied");
        }
        assertThat(namesInWork()).containsExactly("read-only");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws IOException {
        Path env = CondaEnv.small().install(SANDBOX.work().resolve("env"), SANDBOX.user());
        Files.setAttribute(env.resolve("lib/prefix.bin"), "unix:mode", 0);
        if (SANDBOX.user().uid() != 0) {
            Ran ran = pack("./env").endedWith(65).saidOneError("`" + env + "/lib/prefix.bin`: permission denied");
            assertThat(ran.err()).contains("hint: chmod u+r " + env + "/lib/prefix.bin, or leave it out: --exclude ");
        }
        Path archive = SANDBOX.work().resolve("env.tar.zst");
        pack("./env", "--ignore-missing", "--exclude", "lib/*", "--include", "lib/prefix.txt")
                .endedWith(0);
        assertThat(archive).exists();
    }

    @Test
    void aChangedByteIsFound() throws IOException {
        pack("large").endedWith(0);
        Path archive = SANDBOX.work().resolve("large.tar.zst");
        byte[] bytes = Files.readAllBytes(archive);
        bytes[bytes.length / 2] ^= 1;
        Files.write(archive, bytes);

        Ran ran = SANDBOX.stagehand("inspect", "--verify", archive.toString())
                .run()
                .endedWith(65);

        assertThat(ran.out()).contains("is broken");
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130", "HUP, 129"})
    void aSignalLeavesNothing(String signal, int status) {
        for (int moment = 0; moment < 6; moment++) {
            Running pack = SANDBOX.stagehand("pack", "large", "--level", "17").start();
            Wait.until("a file", () -> !pack.isAlive() || namesInWork().length > 0);
            LockSupport.parkNanos(Duration.ofMillis(moment * 60L).toNanos());

            pack.signal(signal).await(SOON).endedWith(status).saidNoError();

            assertThat(namesInWork()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 300})
    void whatIsKilledLeavesNoArchive(int milliseconds) {
        Running pack = SANDBOX.stagehand("pack", "large", "--level", "17").start();
        Wait.until("a file", () -> !pack.isAlive() || namesInWork().length > 0);
        LockSupport.parkNanos(Duration.ofMillis(milliseconds).toNanos());

        pack.signal("KILL").await(SOON);

        assertThat(SANDBOX.work().resolve("large.tar.zst")).doesNotExist();
    }
}
