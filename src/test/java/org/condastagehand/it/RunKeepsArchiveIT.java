package org.condastagehand.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.condastagehand.host.FileTree;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A job that stages a live environment leaves an archive of it for the next one. */
class RunKeepsArchiveIT {
    @RegisterExtension
    static final Sandbox SANDBOX = new Sandbox();

    /** Until the archive has its name; then it says where it is, and what is in it. */
    private static final String[] UNTIL_KEPT = {
        "#!/bin/sh",
        "n=0",
        "until ls ~/.cache/conda-stagehand/archives/*.tar.zst >/dev/null 2>&1 || [ \"${n}\" -gt 600 ]; do",
        "    n=$((n + 1)) && sleep 0.1",
        "done",
        "whereami && binary-prefix && cd \"${CONDA_PREFIX}\" && find . | sort && find . -type f ! -name '*.bin' | sort | xargs md5sum"
    };

    private static final String[] TELL = {
        "#!/bin/sh",
        "whereami && binary-prefix && cd \"${CONDA_PREFIX}\" && find . | sort && find . -type f ! -name '*.bin' | sort | xargs md5sum"
    };

    private static Path prefix;
    private static Path tree;

    @BeforeAll
    static void installEnvironment() {
        prefix = CondaEnv.small().withFiles(200).install(SANDBOX.home().resolve(".conda/envs/demo"), SANDBOX.user());
        tree = SANDBOX.treeWith(
                "local_root = \"" + Sandbox.localRoot() + "\"",
                "min_free = \"0\"",
                "[archive]",
                "auto = true",
                "min_free = \"0\"");
    }

    @AfterEach
    void forget() throws IOException {
        FileTree.delete(SANDBOX.home().resolve(".cache"));
    }

    private static Path archives() {
        return SANDBOX.home().resolve(".cache/conda-stagehand/archives");
    }

    private static List<String> kept() throws IOException {
        try (Stream<Path> entries = Files.list(archives())) {
            return entries.map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> !name.endsWith(".used"))
                    .toList();
        }
    }

    private static Command command(String... script) {
        Path file = SANDBOX.file("job.sh", script);
        return SANDBOX.stagehandOf(tree, "run", "--env", "demo", file.toString());
    }

    private static Ran run(String... script) {
        return command(script).run().endedWith(0);
    }

    /** A job's directory has another name each time. */
    private static List<String> besideItsPlace(Ran ran) {
        return ran.lines().stream()
                .map(line -> line.replaceAll("/local-[0-9a-f.]+/", "/JOB/"))
                .filter(line ->
                        !line.matches("[0-9a-f]{32}  \\./(bin/(python|whereami|tool|binary-prefix)|etc/.*/a\\.sh)"))
                .toList();
    }

    @Test
    void theNextRunStagesTheSameFromOneFile() throws IOException {
        Ran first = run(UNTIL_KEPT);
        assertThat(first.err()).contains("from prefix `" + prefix + "`");
        assertThat(kept()).singleElement().asString().matches("demo-[0-9a-f]{24}\\.tar\\.zst");

        Ran next = run(TELL);

        assertThat(next.err()).contains("from archive `" + archives());
        assertThat(besideItsPlace(next)).isEqualTo(besideItsPlace(first)).hasSizeGreaterThan(400);
        assertThat(next.out()).contains("/conda-stage/envs/demo\n").doesNotContain(prefix.toString());
        Ran listed = SANDBOX.stagehandOf(tree, "archives").run().endedWith(0);
        assertThat(listed.lines()).hasSize(2);
        assertThat(listed.lines().get(1)).matches(prefix + " +fresh +[0-9.]+ [KM]iB +[0-9-]+ [0-9:]+ +/.*");
        assertThat(SANDBOX.stagehandOf(tree, "explain", "--env", "demo")
                        .run()
                        .endedWith(0)
                        .out())
                .contains("state:       that of `" + prefix + "` as it is now");
    }

    @Test
    void anEnvironmentThatHasChangedIsStagedItself() throws IOException {
        run(UNTIL_KEPT);
        Files.writeString(
                prefix.resolve("conda-meta/history"), "==> one more transaction <==\n", StandardOpenOption.APPEND);

        Ran next = run("#!/bin/sh", "tail -n 1 \"${CONDA_PREFIX}/conda-meta/history\"");

        assertThat(next.err()).contains("from prefix `" + prefix + "`");
        assertThat(next.lines()).containsExactly("==> one more transaction <==");
        Ran pruned = SANDBOX.stagehandOf(tree, "archives", "prune").run().endedWith(0);
        assertThat(pruned.out()).startsWith("deleted " + archives());
        assertThat(kept()).isEmpty();
    }

    @Test
    void anArchiveThatIsBrokenIsNoReasonToRunWithoutTheEnvironment() throws IOException {
        run(UNTIL_KEPT);
        Path archive = archives().resolve(kept().get(0));
        byte[] bytes = Files.readAllBytes(archive);
        for (int i = bytes.length / 3; i < bytes.length / 3 + 2000; i++) {
            bytes[i] ^= 1;
        }
        Files.write(archive, bytes);

        Ran next = run("#!/bin/sh", "echo ${CONDA_STAGE_STATUS}");

        assertThat(next.err())
                .contains("the archive that a job has kept of `demo` is of no use: ")
                .contains("from prefix `" + prefix + "`");
        assertThat(next.lines()).containsExactly("staged");
        assertThat(archive).doesNotExist();
    }

    @Test
    void aJobThatEndsFirstTakesAllOfItAlong() throws IOException {
        CondaEnv.small().withFiles(4000).install(SANDBOX.home().resolve(".conda/envs/large"), SANDBOX.user());
        Path script = SANDBOX.file(
                "job.sh",
                "#!/bin/sh",
                "until ls -d ~/.cache/conda-stagehand/archives/.large-*.tar.zst.* >/dev/null 2>&1; do sleep 0.02; done",
                "echo half");

        SANDBOX.stagehandOf(tree, "run", "--env", "large", script.toString())
                .run()
                .endedWith(0)
                .saidNoError();

        Wait.until("the end of the packer", () -> SANDBOX.processes().isEmpty());
        assertThat(kept()).isEmpty();
    }

    @Test
    void aPackerThatIsKilledIsFollowedByAnother() throws IOException {
        CondaEnv.small().withFiles(4000).install(SANDBOX.home().resolve(".conda/envs/killed"), SANDBOX.user());
        Path script = SANDBOX.file(
                "job.sh",
                "#!/bin/sh",
                "until ls -d ~/.cache/conda-stagehand/archives/.killed-*.tar.zst.* >/dev/null 2>&1; do sleep 0.02; done",
                "pkill -KILL -u \"$(id -u)\" -f 'hook archive '");
        SANDBOX.stagehandOf(tree, "run", "--env", "killed", script.toString())
                .run()
                .endedWith(0);
        assertThat(kept()).hasSize(2); // the half, and the claim of a dead process

        Path next = SANDBOX.file("next.sh", UNTIL_KEPT);
        SANDBOX.stagehandOf(tree, "run", "--env", "killed", next.toString())
                .run()
                .endedWith(0);

        assertThat(kept()).singleElement().asString().matches("killed-[0-9a-f]{24}\\.tar\\.zst");
    }

    @Test
    void withoutTheSitesWishNothingIsKept() throws IOException {
        Path file = SANDBOX.file("job.sh", "#!/bin/sh", "ls \"${TMPDIR}/conda-stage\"");

        Ran ran =
                SANDBOX.stagehand("run", "--env", "demo", file.toString()).run().endedWith(0);

        assertThat(ran.lines()).doesNotContain("archive");
        assertThat(SANDBOX.home().resolve(".cache/conda-stagehand/archives")).doesNotExist();
        assertThat(SANDBOX.stagehand("archives").run().endedWith(0).lines())
                .containsExactly("your jobs have kept no archive");
    }
}
