package org.condastagehand.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.condastagehand.stage.Scenery.names;
import static org.condastagehand.stage.Scenery.target;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Staging as the user that jobs run as: root is stopped by no mode, so it does not notice one that is in the way. */
class OtherUserTest {
    @TempDir
    Path directory;

    Fork fork;
    Path disk;
    Path env;

    @BeforeEach
    void makeDisk() throws Exception {
        assumeTrue(Scenery.isRoot(), "not root, so there is no other user to be");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv");
        fork = new Fork(directory.resolve("classes")).asNobody();
        disk = Fork.give(Files.createDirectory(directory.resolve("disk")));
        env = disk.resolve("env");
    }

    private static CondaPack locked() {
        byte[] binary = Demo.bytes(Demo.ELF + Demo.ORIGINAL + "/lib\0");
        byte[] text = Demo.bytes(Demo.PLACEHOLDER + "\n");
        return Demo.pack()
                .file("lib/none.so", 0, binary)
                .file("lib/none.txt", 0, text)
                .record("lib/none.txt", Demo.PLACEHOLDER, "text")
                .file("lib/run-only", 0111, text)
                .record("lib/run-only", Demo.PLACEHOLDER, "text")
                .file("lib/write-only.txt", 0200, text)
                .record("lib/write-only.txt", Demo.PLACEHOLDER, "text")
                .file("locked/a/b", 0400, text)
                .record("locked/a/b", Demo.PLACEHOLDER, "text")
                .directory("locked/a", 0555)
                .directory("locked", 0500)
                .directory("closed/inner", 0)
                .directory("closed", 0);
    }

    @ParameterizedTest
    @CsvSource({"'',true", "'',false", "demo-1.0,false", "demo-1.0,true", "opt/envs/demo,false", "opt/envs/demo,true"})
    void modesAreNotInTheWayOfTheirOwner(String arcroot, boolean writable) throws Exception {
        CondaPack pack = arcroot.isEmpty() ? locked() : locked().arcroot(arcroot);
        Path archive = pack.write(directory.resolve("demo.tar.gz"));
        Tree expected = ManualWay.unpackedAt(archive, env, arcroot.isEmpty() ? "" : arcroot + "/");
        Demo.correct(expected, env.toString());
        expected.correct("lib/none.so", ManualWay.binary(expected.text("lib/none.so"), Demo.ORIGINAL, env.toString()));

        assertThat(fork.stage(archive, target(env, writable)))
                .startsWith("staged")
                .doesNotContain("\n");

        assertThat(Tree.of(env).against(expected, writable ? 0 : 0222)).isEmpty();
        assertThat(Files.getAttribute(env, "unix:mode")).isEqualTo(writable ? 0040700 : 0040500);
        assertThat(names(disk)).containsExactly("env");
    }

    @Test
    void aLiveEnvironmentIsCopiedThatItsUserMayOnlyRead() throws Exception {
        Path from = LiveEnv.demo().make(directory.resolve("home/envs/demo"));
        Files.setAttribute(from.resolve("lib/edited.py"), "unix:mode", 0444);

        assertThat(fork.stage(from, target(env, false))).startsWith("staged");

        Tree expected = LiveEnv.demo().moved(from, from.toString(), env.toString());
        assertThat(Tree.of(env).against(expected, 0222)).isEmpty();
    }

    @Test
    void whatCannotBeReadIsNamed() throws Exception {
        Path from = LiveEnv.demo().make(directory.resolve("home/envs/demo"));
        Path file = from.resolve("lib/edited.py"); // root's, 0600

        assertThat(fork.stage(from, target(env, true)))
                .isEqualTo("BadRequest: cannot read `" + file + "`: permission denied");

        Files.setAttribute(file, "unix:mode", 0444);
        Files.setAttribute(from.resolve("var"), "unix:mode", 0700);
        assertThat(fork.stage(from, target(env, true)))
                .isEqualTo("BadRequest: cannot read `" + from.resolve("var") + "`: permission denied");
        assertThat(names(disk)).isEmpty();
    }

    @Test
    void aReadOnlyTreeThatCannotBePublishedIsDeleted() throws Exception {
        Path archive = locked().write(directory.resolve("demo.tar.gz"));
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere")).resolve("env"); // root's

        String told = fork.stage(archive, new Stager.Target(disk.resolve("work"), elsewhere, false));

        assertThat(told).isEqualTo("NodeFault: cannot publish `" + elsewhere + "`: permission denied");
        assertThat(names(disk)).isEmpty();
    }

    @Test
    void aTreeWithAWrongRecordIsDeleted() throws Exception {
        Path archive = locked().record("no/such/file", "/old", "text").write(directory.resolve("demo.tar.gz"));

        assertThat(fork.stage(archive, target(env, false)))
                .startsWith("BadRequest")
                .contains("no/such/file");
        assertThat(names(disk)).isEmpty();
    }
}
