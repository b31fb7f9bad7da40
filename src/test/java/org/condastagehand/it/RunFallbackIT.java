package org.condastagehand.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What goes wrong on the node costs a job speed, not its run; what has no original never runs without it. */
class RunFallbackIT {
    @RegisterExtension
    static final Sandbox SANDBOX = new Sandbox();

    private static Path demo;
    private static Path broken;

    @BeforeAll
    static void installEnvironments() throws IOException {
        Path envs = SANDBOX.home().resolve(".conda/envs");
        demo = CondaEnv.small().install(envs.resolve("demo"), SANDBOX.user());
        broken = CondaEnv.small().withFiles(20).install(envs.resolve("broken"), SANDBOX.user());
        cutInHalf(CondaEnv.small().withFiles(20).pack(envs.resolve("broken.tar.gz"), SANDBOX.user()));
        cutInHalf(CondaEnv.small().withFiles(20).pack(SANDBOX.home().resolve("alone.tar.gz"), SANDBOX.user()));
    }

    private static void cutInHalf(Path archive) throws IOException {
        byte[] whole = Files.readAllBytes(archive);
        Files.write(archive, java.util.Arrays.copyOf(whole, whole.length / 2));
    }

    private static Path script() {
        return SANDBOX.file(
                "job.sh",
                "#!/bin/sh",
                "echo \"$CONDA_STAGE_STATUS $CONDA_STAGE_PREFIX $CONDA_PREFIX\"",
                "whereami",
                "case $TMPDIR in /*) touch \"$TMPDIR/x\" && echo scratch;; esac");
    }

    private static void fellBack(Ran ran, Path original, String... reason) {
        ran.endedWith(0).saidOneError(reason);
        assertThat(ran.lines())
                .containsExactly("fallback " + original + " " + original, original.toString(), "scratch");
        assertThat(ran.err()).contains("the job runs with the original environment `" + original + "`");
    }

    @Test
    void ofABrokenArchiveTheOriginalIsUsed() {
        fellBack(
                SANDBOX.stagehand("run", "--env", "broken", script().toString()).run(), broken, "broken.tar.gz");
    }

    @Test
    void aBrokenArchiveWithoutAnOriginalFailsTheJob() {
        Path alone = SANDBOX.home().resolve("alone.tar.gz");

        Ran ran = SANDBOX.stagehand("run", "--env", alone.toString(), script().toString())
                .run()
                .endedWith(125)
                .saidOneError("alone.tar.gz");

        assertThat(ran.out()).isEmpty();
    }

    @Test
    void onFailureFailKeepsTheScriptFromBeginning() {
        SANDBOX.file(".conda-stage.toml", "on_failure = \"fail\"");

        Ran ran = SANDBOX.stagehand("run", "--env", "broken", script().toString())
                .run()
                .endedWith(125)
                .saidOneError("broken.tar.gz");

        assertThat(ran.out()).isEmpty();
    }

    @Test
    void withoutSpaceTheOriginalIsUsed() {
        Path full = SANDBOX.treeWith("local_root = \"" + Sandbox.localRoot() + "\"", "min_free = \"900 TiB\"");

        fellBack(
                SANDBOX.stagehandOf(full, "run", "--env", "demo", script().toString())
                        .run(),
                demo,
                "not enough space",
                "900 TiB");
    }

    @Test
    void withoutALocalRootTheOriginalIsUsed() {
        Path missing = SANDBOX.treeWith("local_root = \"/no/such/root\"");

        fellBack(
                SANDBOX.stagehandOf(missing, "run", "--env", "demo", script().toString())
                        .run(),
                demo,
                "/no/such/root");
    }

    @Test
    void aBadSiteFileIsTheAdministrators() {
        Path bad = SANDBOX.treeWith("local_rot = \"/x\"");

        SANDBOX.stagehandOf(bad, "run", "--env", "demo", script().toString())
                .run()
                .endedWith(125)
                .saidOneError("local_rot");
        SANDBOX.stagehandOf(bad, "sweep").run().endedWith(78).saidOneError("local_rot", "`local_root`");
    }

    @Test
    void onANoexecMountTheOriginalIsUsed() {
        Ran ran = onASmallDisk("noexec,size=64m", script());

        fellBack(withoutListing(ran), demo, "noexec");
        assertThat(listing(ran)).isEmpty();
    }

    @Test
    void aDiskThatFillsUpLeavesNothingHalfMade() {
        Path large = SANDBOX.work().resolve("large");
        CondaEnv.small().withFiles(600).install(large, SANDBOX.user());

        Ran ran = onASmallDisk("size=1m", script(), "--env", large.toString());

        fellBack(withoutListing(ran), large);
        assertThat(listing(ran)).isEmpty();
    }

    /** In a mount namespace of its own, a tmpfs as local root, and its names afterwards in the output. */
    private static Ran onASmallDisk(String options, Path script, String... arguments) {
        assumeTrue(SANDBOX.user().made(), "only root can mount a disk");
        assumeTrue(Tool.status("unshare", "-m", "true") == 0, "no mount namespace can be made here");
        Path disk = SANDBOX.work().resolve("disk");
        Path tree = SANDBOX.treeWith("local_root = \"" + disk + "\"", "min_free = \"0\"");
        List<String> run = arguments.length > 0 ? List.of(arguments) : List.of("--env", "demo");
        String[] words = java.util.stream.Stream.of(List.of("run"), run, List.of(script.toString()))
                .flatMap(List::stream)
                .toArray(String[]::new);
        String mount = "mkdir " + disk + " && mount -t tmpfs -o mode=755," + options + " none " + disk
                + " && mkdir -m 1777 " + disk + "/users && \"$@\"; status=$?; echo ----; find " + disk
                + "/users -mindepth 1; exit $status";
        return SANDBOX.stagehandOf(tree, words)
                .under(List.of("/usr/bin/unshare", "-m", "sh", "-c", mount, "sh"))
                .run();
    }

    private static Ran withoutListing(Ran ran) {
        String out = ran.out().substring(0, ran.out().indexOf("----\n"));
        return new Ran(ran.status(), out.getBytes(StandardCharsets.UTF_8), ran.err());
    }

    private static String listing(Ran ran) {
        return ran.out().substring(ran.out().indexOf("----\n") + 5);
    }
}
