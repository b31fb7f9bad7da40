package org.condastagehand.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.condastagehand.host.FileTree;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With a cache on its node a user's job finds what the last one left. */
class RunCachedIT {
    @RegisterExtension
    static final Sandbox SANDBOX = new Sandbox();

    private static Path tree;

    @BeforeAll
    static void installEnvironment() {
        CondaEnv.small().install(SANDBOX.home().resolve(".conda/envs/demo"), SANDBOX.user());
        tree = SANDBOX.treeWith(
                "local_root = \"" + Sandbox.localRoot() + "\"",
                "min_free = \"0\"",
                "[cache]",
                "enabled = true",
                "min_free = \"0\"");
    }

    @AfterEach
    void emptyTheCache() throws IOException {
        FileTree.delete(cache());
    }

    private static Path cache() {
        return Sandbox.localRoot()
                .resolve("cache/v1")
                .resolve(Integer.toString(SANDBOX.user().uid()));
    }

    private static Ran run(String... script) {
        Path file = SANDBOX.file("job.sh", script);
        return SANDBOX.stagehandOf(tree, "run", "--env", "demo", file.toString())
                .run()
                .endedWith(0);
    }

    private static List<Path> in(String directory) throws IOException {
        try (Stream<Path> entries = Files.list(cache().resolve(directory))) {
            return entries.toList();
        }
    }

    @Test
    void theNextRunFindsItAndNeitherLeavesALease() throws IOException {
        String[] script = {"#!/bin/sh", "readlink \"$CONDA_PREFIX\"", "whereami"};

        Ran first = run(script);
        Ran next = run(script);

        assertThat(first.err()).contains("staged `demo`");
        assertThat(next.err()).contains("`demo` was on this node already");
        assertThat(next.lines()).isEqualTo(first.lines());
        assertThat(next.lines()).allMatch(line -> line.startsWith(cache() + "/"));
        assertThat(in(".leases")).singleElement().satisfies(entry -> assertThat(entry)
                .isEmptyDirectory());
    }

    @Test
    void aCopyThatTheJobMayWriteIsItsOwn() throws IOException {
        run("#!/bin/sh", "true");
        SANDBOX.file(".conda-stage.toml", "writable = true");

        Ran own = run("#!/bin/sh", "touch \"$CONDA_PREFIX/mine\" && test ! -L \"$CONDA_PREFIX\" && echo written");

        assertThat(own.lines()).containsExactly("written");
        assertThat(in("").stream().filter(path -> Files.exists(path.resolve("mine"))))
                .isEmpty();
    }

    @Test
    void whoMakesAnothersDirectoryFirstTakesNothingButTheCache() throws IOException {
        Files.createDirectory(cache()); // root's

        Ran ran = run("#!/bin/sh", "whereami");

        assertThat(ran.err())
                .contains("`demo` is staged for this job alone: `" + cache() + "` is not a private directory")
                .contains("staged `demo`");
        assertThat(ran.lines()).allMatch(line -> line.endsWith("/conda-stage/envs/demo"));
    }

    @Test
    void aSweepLeavesWhatIsInTheLimits() throws IOException {
        run("#!/bin/sh", "true");

        SANDBOX.stagehandOf(tree, "sweep").run().endedWith(0).saidNoError();

        assertThat(in(".notes")).hasSize(1);
    }
}
