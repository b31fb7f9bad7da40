package org.condastagehand.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.condastagehand.stage.Scenery.names;
import static org.condastagehand.stage.Scenery.prefix;
import static org.condastagehand.stage.Scenery.stage;
import static org.condastagehand.stage.Scenery.target;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.condastagehand.host.BadRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Staging from a directory that conda made. */
class PrefixStagingTest {
    @TempDir
    Path directory;

    Path disk;
    Path env;

    @BeforeEach
    void makeDisk() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        env = disk.resolve("env");
    }

    @ParameterizedTest(name = "{0} to {1} bytes")
    @CsvSource({"110,110", "120,111", "110,180", "110,255", "180,110"})
    void aCopyIsWhatCondaWouldHaveInstalledThere(int fromLength, int toLength) throws Exception {
        Path from = LiveEnv.demo().make(Scenery.place(directory.resolve("home"), fromLength));
        Path to = Scenery.place(disk, toLength);
        assertThat(to.toString()).hasSize(toLength);

        Stager.Staged staged = stage(prefix(from), to);

        Tree expected = LiveEnv.demo().moved(from, from.toString(), to.toString());
        assertThat(Tree.of(to).against(expected, 0)).isEmpty();
        assertThat(staged.notes()).hasSize(toLength > fromLength ? 1 : 0).allMatch(note -> note.contains("_native.so"));
        assertThat(names(to.getParent())).containsExactly("env");
        assertThat(Files.getLastModifiedTime(to.resolve("lib/readonly.py"))).isEqualTo(CondaPack.TIME);
        assertThat(Files.getLastModifiedTime(to.resolve("var/empty"))).isEqualTo(CondaPack.TIME);
        assertThat(Files.getAttribute(to.resolve("share/b.txt"), "unix:ino"))
                .isEqualTo(Files.getAttribute(to.resolve("share/a.txt"), "unix:ino"));
    }

    @Test
    void anUnwritableCopyDiffersInItsModesOnly() throws Exception {
        Path from = LiveEnv.demo().make(directory.resolve("home/envs/demo"));

        new Stager(Scenery.NO_LIMITS).stage(prefix(from), target(env, false));

        Tree expected = LiveEnv.demo().moved(from, from.toString(), env.toString());
        assertThat(Tree.of(env).against(expected, 0222)).isEmpty();
        assertThat(Files.getAttribute(env, "unix:mode")).isEqualTo(0040500);
    }

    @Test
    void thePlaceMayHaveTheOldPrefixInItsOwnPath() throws Exception {
        Path from = LiveEnv.demo().make(directory.resolve("home/envs/demo"));
        Path to = Files.createDirectories(Path.of(disk + from.getParent().toString()))
                .resolve("demo");

        stage(prefix(from), to);

        Tree expected = LiveEnv.demo().moved(from, from.toString(), to.toString());
        assertThat(Tree.of(to).against(expected, 0)).isEmpty();
    }

    @Test
    void bothNamesOfAPrefixBehindASymlinkAreReplaced() throws Exception {
        Path real = directory.resolve("export/home/envs/demo");
        Path link = Files.createSymbolicLink(
                directory.resolve("home"),
                Files.createDirectories(real.getParent().getParent()));
        Path asked = link.resolve("envs/demo");
        LiveEnv both = LiveEnv.demo().file("etc/real", 0644, LiveEnv.Kind.AS_IS, "really at " + real + " and " + asked);
        both.make(real, asked.toString());

        stage(prefix(asked), env);

        Tree expected = both.moved(real, asked.toString(), env.toString());
        expected.correct("etc/real", "really at " + env + " and " + env);
        assertThat(Tree.of(env).against(expected, 0)).isEmpty();
    }

    @Test
    void bothNamesAreReplacedWhereThePlaceHasThemInItsPathToo() throws Exception {
        Path real = directory.resolve("export/envs/demo");
        Path link = Files.createSymbolicLink(directory.resolve("envs"), Files.createDirectories(real.getParent()));
        Path asked = link.resolve("demo");
        LiveEnv both = LiveEnv.demo().file("etc/real", 0644, LiveEnv.Kind.AS_IS, "really at " + real + " and " + asked);
        both.make(real, asked.toString());
        Path to = Files.createDirectories(Path.of(disk + link.toString())).resolve("demo");

        stage(prefix(asked), to);

        Tree expected = both.moved(real, asked.toString(), to.toString());
        expected.correct("etc/real", "really at " + to + " and " + to);
        assertThat(Tree.of(to).against(expected, 0)).isEmpty();
    }

    @Test
    void scriptsOfTheSystemsInterpretersSayNothingOfThePrefix() throws Exception {
        LiveEnv coreutils = new LiveEnv()
                .file("conda-meta/history", 0644, LiveEnv.Kind.TEXT, "")
                .file("bin/env", 0755, LiveEnv.Kind.TEXT, Demo.ELF)
                .file("bin/script", 0755, LiveEnv.Kind.TEXT, "#!/usr/bin/env bash\nls /usr/lib\n");
        Path from = coreutils.make(directory.resolve("home/envs/demo"));

        stage(prefix(from), env);

        assertThat(env.resolve("bin/script")).hasContent("#!/usr/bin/env bash\nls /usr/lib\n");
    }

    @Test
    void anInstallationsRootIsCopiedWithoutItsPackagesAndOtherEnvironments() throws Exception {
        Path base = LiveEnv.demo().make(directory.resolve("miniforge3"));
        for (String other : new String[] {"pkgs/zlib-1/lib", "envs/other/conda-meta", "conda-bld/work", "lib/pkgs"}) {
            Files.createDirectories(base.resolve(other));
        }

        stage(prefix(base), env);

        assertThat(names(env)).containsExactly("bin", "conda-meta", "etc", "lib", "share", "var");
        assertThat(env.resolve("lib/pkgs")).isDirectory();
    }

    @Test
    void aFifoIsPassedOverWithANote() throws Exception {
        Path from = LiveEnv.demo().make(directory.resolve("home/envs/demo"));
        Path fifo = from.resolve("var/fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();

        assertThat(stage(prefix(from), env).notes()).anyMatch(note -> note.contains("`" + fifo + "`"));
        assertThat(env.resolve("var/fifo")).doesNotExist();
    }

    @Test
    void aPrefixLongerThanCondasPlaceholderIsRefused() throws Exception {
        Path from = LiveEnv.demo().make(directory.resolve("home/envs/demo"));
        Path to = Scenery.place(disk, 256);

        assertThatThrownBy(() -> stage(prefix(from), to))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("room for a prefix of 255 bytes")
                .hasMessageContaining("has 256");
        assertThat(names(to.getParent())).isEmpty();
    }

    @Test
    void hooksAreBlankHoweverTheyAreReached() throws Exception {
        Path from = LiveEnv.demo().make(directory.resolve("home/envs/demo"));
        Path hooks = from.resolve("etc/conda/activate.d");
        Path plain = Files.writeString(hooks.resolve("a.conda-stage-auto.sh"), "stage\n");
        Path other = Files.writeString(from.resolve("share/0-hook.sh"), "stage\n");
        Files.createSymbolicLink(hooks.resolve("c.conda-stage-auto.sh"), other);
        Path first = Files.writeString(from.resolve("bin/0-hook.sh"), "stage\n");
        Files.createLink(hooks.resolve("d.conda-stage-auto.sh"), first);
        Path alternative = Files.createDirectories(from.resolve("share/hooks"));
        Files.writeString(alternative.resolve("e.conda-stage-auto.sh"), "stage\n");
        Files.createSymbolicLink(from.resolve("etc/conda/deactivate.d"), alternative);

        stage(prefix(from), env);

        for (String hook : new String[] {
            "activate.d/a", "activate.d/c", "activate.d/d", "deactivate.d/e",
        }) {
            Path staged = env.resolve("etc/conda/" + hook + ".conda-stage-auto.sh");
            assertThat(staged).isEmptyFile();
            assertThat(Files.isRegularFile(staged, LinkOption.NOFOLLOW_LINKS)).isTrue();
        }
        assertThat(env.resolve("share/0-hook.sh")).hasContent("stage\n");
        assertThat(env.resolve("bin/0-hook.sh")).hasContent("stage\n");
        assertThat(plain).hasContent("stage\n");
    }

    @Test
    void setIdBitsAreDropped() throws Exception {
        Path from = LiveEnv.demo().make(directory.resolve("home/envs/demo"));
        Files.setAttribute(from.resolve("var"), "unix:mode", 02775);
        Files.setAttribute(from.resolve("bin/clicky"), "unix:mode", 04755);

        stage(prefix(from), env);

        assertThat(Files.getAttribute(env.resolve("var"), "unix:mode")).isEqualTo(0040775);
        assertThat(Files.getAttribute(env.resolve("bin/clicky"), "unix:mode")).isEqualTo(0100755);
    }

    @Test
    void whatScriptsSayOfAnotherEnvironmentStays() throws Exception {
        Path other = LiveEnv.demo().make(directory.resolve("home/envs/other"));
        Path from = LiveEnv.demo().make(directory.resolve("home/envs/demo"), other.toString());

        stage(prefix(from), env);

        assertThat(Tree.of(env).against(Tree.of(from), 0)).isEmpty();
    }

    @Test
    void anEnvironmentThatWasMovedIsMendedByItsScripts() throws Exception {
        String before = directory.resolve("home/envs/before").toString();
        Path from = LiveEnv.demo().make(directory.resolve("home/envs/demo"), before);

        stage(prefix(from), env);

        Tree expected = LiveEnv.demo().moved(from, before, env.toString());
        assertThat(Tree.of(env).against(expected, 0)).isEmpty();
    }
}
