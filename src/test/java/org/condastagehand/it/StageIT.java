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

/** {@code stage} puts an environment where the user wants it, {@code unstage} takes that away and nothing else. */
class StageIT {
    @RegisterExtension
    static final Sandbox SANDBOX = new Sandbox();

    @BeforeAll
    static void installEnvironments() {
        Path envs = SANDBOX.home().resolve(".conda/envs");
        CondaEnv.small().install(envs.resolve("demo"), SANDBOX.user());
        CondaEnv.small().pack(SANDBOX.home().resolve("demo.tar.gz"), SANDBOX.user());
        CondaEnv.small().withFiles(12_000).install(envs.resolve("large"), SANDBOX.user());
        CondaEnv.small().withFiles(12_000).pack(SANDBOX.home().resolve("large.tar.gz"), SANDBOX.user());
    }

    private static Ran stage(Object what, Object to, String... more) {
        Command command = SANDBOX.stagehand(java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("stage", what.toString(), "--to", to.toString()),
                        java.util.stream.Stream.of(more))
                .toArray(String[]::new));
        return command.run();
    }

    private static Ran unstage(Object directory) {
        return SANDBOX.stagehand("unstage", directory.toString()).run();
    }

    private static String[] namesInWork() {
        return SANDBOX.work().toFile().list();
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "demo.tar.gz"})
    void thereAndBack(String what) {
        Path from = what.equals("demo") ? Path.of(what) : SANDBOX.home().resolve(what);
        Path to = SANDBOX.work().resolve("mine");

        Ran staged = stage(from, to).endedWith(0).saidNoError();
        Ran program = SANDBOX.asUser(to.resolve("bin/tool").toString()).run().endedWith(0);
        Ran again = stage(from, to).endedWith(65).saidOneError("`" + to + "`");
        unstage(to).endedWith(0).saidNoError();

        assertThat(staged.out()).isEqualTo(to + "\n");
        assertThat(program.out()).isEqualTo("python of " + to + ": python " + to + "/bin/tool\n");
        assertThat(again.err()).contains("hint: conda-stagehand unstage " + to);
        assertThat(namesInWork()).isEmpty();
    }

    @Test
    void anEmptyDirectoryIsTakenAndAFullOneRefused() throws IOException {
        Path empty = Files.createDirectory(SANDBOX.work().resolve("empty"));
        Path full = Files.createDirectory(SANDBOX.work().resolve("full"));
        Files.writeString(full.resolve("file"), "mine");
        SANDBOX.user().own(SANDBOX.work());

        stage("demo", empty).endedWith(0);
        stage("demo", full).endedWith(65).saidOneError("`" + full + "`", "not empty");
        unstage(full).endedWith(65).saidOneError("`" + full + "`", "left alone");
        unstage(empty).endedWith(0);

        assertThat(full.resolve("file")).hasContent("mine");
        assertThat(namesInWork()).containsExactly("full");
    }

    @Test
    void onlyTheStagedDirectoryItselfIsUnstaged() throws IOException {
        Path to = SANDBOX.work().resolve("mine");
        Path moved = SANDBOX.work().resolve("moved");
        stage("demo", to).endedWith(0);

        Tool.run("cp", "-a", to.toString(), moved.toString());
        unstage(moved).endedWith(65).saidOneError("`" + moved + "`");
        Files.move(to, SANDBOX.work().resolve("aside"));
        unstage(to).endedWith(65).saidOneError("`" + to + "`");
        Files.move(moved, to);
        unstage(to).endedWith(65).saidOneError("`" + to + "`");
        Files.move(to, moved);
        Files.createSymbolicLink(to, Path.of("aside"));
        unstage(to).endedWith(65).saidOneError("`" + to + "`");
        Files.delete(to);
        Files.move(SANDBOX.work().resolve("aside"), to);
        unstage(to).endedWith(0);

        assertThat(moved).isDirectory();
        assertThat(to).doesNotExist();
    }

    @Test
    void aWritableCopyMayHaveChanged() throws IOException {
        Path to = SANDBOX.work().resolve("mine");

        stage("demo", to, "--writable").endedWith(0);
        SANDBOX.asUser(
                        "sh",
                        "-c",
                        "echo x >>mine/bin/tool && mkdir -p mine/a/b && echo x >mine/a/b/c && chmod 0 mine/a/b")
                .run()
                .endedWith(0);
        unstage(to).endedWith(0).saidNoError();

        assertThat(namesInWork()).isEmpty();
    }

    @Test
    void pathsMayBeRelativeAndNeedNotBeNormal() throws IOException {
        Files.copy(SANDBOX.home().resolve("demo.tar.gz"), SANDBOX.work().resolve("demo.tar.gz"));
        SANDBOX.user().own(SANDBOX.work());

        Ran staged = stage("demo.tar.gz", "./x/../mine/").endedWith(0);
        unstage("mine/.").endedWith(0);

        assertThat(staged.out()).isEqualTo(SANDBOX.work().resolve("mine") + "\n");
        assertThat(namesInWork()).containsExactly("demo.tar.gz");
    }

    @Test
    void placesWhereNothingCanBePut() throws IOException {
        Path missing = SANDBOX.work().resolve("no/such");
        Path readOnly = Files.createDirectory(SANDBOX.work().resolve("read-only"));
        SANDBOX.user().own(readOnly);
        Tool.run("chmod", "555", readOnly.toString());

        Ran ran = stage("demo", missing).endedWith(65).saidOneError("`" + missing.getParent() + "`");
        assertThat(ran.err()).contains("hint: mkdir -p " + missing.getParent());
        if (SANDBOX.user().uid() != 0) {
            stage("demo", readOnly.resolve("mine")).endedWith(69).saidOneError("`" + readOnly);
        }
        stage("demo", "/").endedWith(65).saidOneError();
    }

    @Test
    void mistakesAreOneLineAndAHint() {
        stage("no-such-env", SANDBOX.work().resolve("x")).endedWith(65).saidOneError("`no-such-env`");
        stage("./no.tar.gz", SANDBOX.work().resolve("x")).endedWith(65).saidOneError("no.tar.gz");
        unstage(SANDBOX.work().resolve("nothing")).endedWith(65).saidOneError("nothing");
        SANDBOX.stagehand("stage", "demo").run().endedWith(2).saidOneError("--to");
        SANDBOX.stagehand("unstage").run().endedWith(2).saidOneError("DIR");
        SANDBOX.stagehand("stagee").run().endedWith(2).saidOneError("stagee");
        SANDBOX.stagehand("sweep", "--dry").run().endedWith(2).saidOneError("--dry");
        SANDBOX.stagehand("run").run().endedWith(2).saidOneError("SCRIPT");
        assertThat(namesInWork()).isEmpty();
    }

    @Test
    void onATerminalABarShowsHowFarItIsAndGoesAgain() {
        Path to = SANDBOX.work().resolve("shown");

        Ran ran = SANDBOX.asUser(
                        "/usr/bin/script",
                        "-qec",
                        Sandbox.tree() + "/bin/conda-stagehand stage " + SANDBOX.home() + "/large.tar.gz --to " + to,
                        "/dev/null")
                .with("TERM", "xterm")
                .run()
                .endedWith(0);

        assertThat(ran.out())
                .containsPattern("\r\\[#*\\.+] +[0-9]+ % of [0-9.]+ [KM]iB, [0-9.]+ [KM]iB/s, [0-9]+ s left");
        assertThat(ran.out().replaceAll("(?s).*\u001b\\[K", "")).startsWith("conda-stagehand: staged `large`");
    }

    @Test
    void noBarIsShownToWhoWantsNoneOrHasNoTerminal() {
        Ran quiet = SANDBOX.asUser(
                        "/usr/bin/script",
                        "-qec",
                        Sandbox.tree() + "/bin/conda-stagehand stage large --quiet --to "
                                + SANDBOX.work().resolve("quiet"),
                        "/dev/null")
                .with("TERM", "xterm")
                .run()
                .endedWith(0);
        Ran logged = stage("large", SANDBOX.work().resolve("logged")).endedWith(0);

        assertThat(quiet.out() + logged.err()).doesNotContain("\r[").doesNotContain("\u001b");
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130", "HUP, 129"})
    void aSignalLeavesNothing(String signal, int status) {
        Path to = SANDBOX.work().resolve("never");
        for (int moment = 0; moment < 4; moment++) {
            Running stage =
                    SANDBOX.stagehand("stage", "large", "--to", to.toString()).start();
            Wait.until("a directory", () -> !stage.isAlive() || namesInWork().length > 0);
            LockSupport.parkNanos(Duration.ofMillis(moment * 40L).toNanos());

            stage.signal(signal).await(Duration.ofMinutes(3)).endedWith(status).saidNoError();

            assertThat(namesInWork()).isEmpty();
        }
    }
}
