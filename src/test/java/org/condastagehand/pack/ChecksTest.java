package org.condastagehand.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.StagingException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksTest {
    private static final String SITE = "lib/python3.11/site-packages/";

    @TempDir
    private Path directory;

    private Env env;
    private Path archive;

    @BeforeEach
    void makeEnv() throws IOException {
        env = Env.demo(directory.resolve("env"));
        archive = directory.resolve("env.tar.zst");
    }

    private BadRequest refused(Pack pack) {
        try {
            pack.into(env.prefix, archive);
        } catch (BadRequest e) {
            assertThat(directory).isDirectoryNotContaining(path -> !path.endsWith("env"));
            return e;
        } catch (StagingException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("it was packed");
    }

    private BadRequest refused() {
        return refused(new Pack());
    }

    @Test
    void aDirectoryWithoutCondaMetaIsNone() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));

        assertThatThrownBy(() -> Pack.pack(other, archive))
                .isInstanceOf(BadRequest.class)
                .hasMessage("`" + other + "` is not an environment: it has no `conda-meta`");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            delimiter = '|',
            value = {
                "x-1.dist-info/direct_url.json|{\"url\": \"file:///src/x\", \"dir_info\": {\"editable\": true}}",
                "x.egg-link|/src/x~.",
                "easy-install.pth|./here~/src/x",
                "conda.pth|/src/x",
                "__editable__.x-1.pth|/src/x"
            })
    void sourcesOutsideAreRefusedWithTheMend(String file, String content) throws Exception {
        env.file(SITE + file, 0644, Env.Kind.AS_IS, content.replace('~', '\n'));

        BadRequest refusal = refused();

        assertThat(refusal)
                .hasMessage("`" + SITE + file + "` says that a package lives in `/src/x`, outside of the environment");
        assertThat(refusal.hint())
                .contains("install it without -e: pip install /src/x; or pack without it: --ignore-editable");
        Pack pack = new Pack();
        pack.ignoreEditable = true;
        pack.into(env.prefix, archive);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            delimiter = '|',
            value = {
                "x-1.dist-info/direct_url.json|{\"url\": \"file:///src/x\", \"dir_info\": {}}",
                "x-1.dist-info/direct_url.json|{\"url\": \"file://@/src/x\", \"dir_info\": {\"editable\": true}}",
                "x-1.dist-info/direct_url.json|no JSON",
                "x-1.dist-info/direct_url.json|[]",
                "x-1.dist-info/direct_url.json|{\"dir_info\": {\"editable\": [1, 2]}, \"url\": {}}",
                "easy-install.pth|@/src/x",
                "x.pth|/src/x"
            })
    void sourcesInsideAndOrdinaryInstallsAreNot(String file, String content) throws Exception {
        env.file(SITE + file, 0644, Env.Kind.AS_IS, content.replace("@", env.prefix.toString()));

        Pack.pack(env.prefix, archive);
    }

    @Test
    void filesThatAPackageLostAreRefusedWithTheMend() throws Exception {
        Files.delete(env.prefix.resolve("bin/clicky"));
        Files.delete(env.prefix.resolve("lib/libfirst.so"));

        BadRequest refusal = refused();

        assertThat(refusal)
                .hasMessage("2 files of conda packages are missing in `" + env.prefix
                        + "`: `bin/clicky`, `lib/libfirst.so` (demo-pkg-1-0)");
        assertThat(refusal.hint())
                .contains("install again: conda install -p " + env.prefix
                        + " --force-reinstall demo-pkg; or pack without: --ignore-missing");
        Pack pack = new Pack();
        pack.ignoreMissing = true;
        pack.into(env.prefix, archive);
    }

    @Test
    void whatIsLeftOutIsNotMissing() throws Exception {
        Pack pack = new Pack();
        pack.globs.add("lib/*", true);
        pack.globs.add("bin", true);

        pack.into(env.prefix, archive);

        assertThat(Pack.run("tar", "-tf", archive.toString()).lines())
                .contains("etc/conda/activate.d/tools.sh")
                .noneMatch(path -> path.startsWith("lib/l") || path.equals("bin/clicky"));
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws Exception {
        assumeFalse(Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")));
        Files.setAttribute(env.prefix.resolve("lib/libfirst.so"), "unix:mode", 0200);

        assertThat(refused()).hasMessage("cannot read `" + env.prefix + "/lib/libfirst.so`: permission denied");
    }

    @Test
    void aNameThatIsNotUtf8IsRefused() throws Exception {
        Pack.run("sh", "-c", "touch \"$(printf '" + env.prefix + "/lib/\\351')\"");

        BadRequest refusal = refused();

        assertThat(refusal)
                .hasMessageStartingWith("the name `" + env.prefix + "/lib/")
                .hasMessageEndingWith("is not UTF-8");
        assertThat(refusal.hint()).contains("give it another name, or leave it out: --exclude GLOB");
    }

    @Test
    void aLinkTargetThatIsNotUtf8IsRefused() throws Exception {
        Pack.run("sh", "-c", "ln -s \"$(printf '\\351')\" " + env.prefix + "/lib/odd");

        assertThat(refused()).hasMessage("the target of the symlink `" + env.prefix + "/lib/odd` is not UTF-8");
    }

    @Test
    void pipesAreToldAndPassedOverAndSetIdBitsDropped() throws Exception {
        Pack.run("mkfifo", env.prefix + "/lib/pipe");
        Files.setAttribute(env.prefix.resolve("bin/pipped"), "unix:mode", 06755);

        Packed packed = Pack.pack(env.prefix, archive);

        assertThat(packed.notes())
                .contains(
                        "passed over `" + env.prefix + "/lib/pipe`, which is a socket, a pipe or a device",
                        "1 file lost its set-uid or set-gid bit: `bin/pipped`");
        assertThat(Pack.run("tar", "-tvf", archive.toString()).lines())
                .anyMatch(line -> line.startsWith("-rwxr-xr-x 0/0 ") && line.endsWith(" bin/pipped"));
    }

    @Test
    void whatTheUserEditedIsPackedAndTold() throws Exception {
        Files.writeString(env.prefix.resolve("lib/readonly.py"), "edited = '" + env.prefix + "'\n");
        Files.writeString(
                env.prefix.resolve("lib/libfirst.so"),
                Files.readString(env.prefix.resolve("lib/libfirst.so"), StandardCharsets.ISO_8859_1) + "more",
                StandardCharsets.ISO_8859_1);

        Packed packed = Pack.pack(env.prefix, archive);

        assertThat(packed.notes())
                .contains("2 files of conda packages were edited since they were installed, and are packed as they are"
                        + " now: `lib/libfirst.so`, `lib/readonly.py`");
        assertThat(Pack.run("tar", "-xOf", archive.toString(), "lib/readonly.py"))
                .isEqualTo("edited = '" + env.prefix + "'\n");
        assertThat(Pack.run("tar", "-xOf", archive.toString(), "bin/conda-unpack"))
                .contains("('lib/libfirst.so', '" + Env.PLACEHOLDER + "', 'binary')");
    }

    @Test
    void aBinaryWithoutCondasPaddingKeepsThePrefixAndIsTold() throws Exception {
        Files.writeString(
                env.prefix.resolve("lib/libfirst.so"), Env.ELF + env.prefix + "/x\0tail", StandardCharsets.ISO_8859_1);

        Packed packed = Pack.pack(env.prefix, archive);

        assertThat(packed.notes())
                .anyMatch(note -> note.startsWith("2 files are binaries that name this environment's path")
                        && note.endsWith(": `lib/libfirst.so`, `lib/pip/_native.so`"));
    }

    @Test
    void anEnvironmentThatWasMovedIsNotTakenForEdited() throws Exception {
        Pack.pack(env.prefix, archive);
        Path moved = Files.createDirectory(directory.resolve("moved-to-another-place"));
        Pack.run("tar", "-xf", archive.toString(), "-C", moved.toString());
        Pack.run(moved + "/bin/conda-unpack");

        Packed packed = Pack.pack(moved, directory.resolve("again.tar.zst"));

        assertThat(packed.notes()).noneMatch(note -> note.contains("edited"));
        Path third = Files.createDirectory(directory.resolve("third"));
        Pack.run("tar", "-xf", directory + "/again.tar.zst", "-C", third.toString());
        Pack.run(third + "/bin/conda-unpack");
        assertThat(Files.readString(third.resolve("lib/libfirst.so"), StandardCharsets.ISO_8859_1))
                .isEqualTo(env.at("lib/libfirst.so", third.toString()));
        assertThat(third.resolve("share/a.txt")).hasContent("hard linked, at " + third + "\n");
    }

    @Test
    void aPrefixBehindASymlinkIsFoundUnderBothNames() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("by-another-name"), env.prefix);
        env.file("lib/both.py", 0644, Env.Kind.AS_IS, link + " " + env.prefix);

        new Pack().into(link, archive);

        Path copy = Files.createDirectory(directory.resolve("copy"));
        Pack.run("tar", "-xf", archive.toString(), "-C", copy.toString());
        Pack.run(copy + "/bin/conda-unpack");
        assertThat(copy.resolve("lib/both.py")).hasContent(copy + " " + copy);
        assertThat(Files.readSymbolicLink(copy.resolve("share/absolute"))).isEqualTo(Path.of("a.txt"));
    }

    @Test
    void whatIsOfAnInstallationOrOfAnEditorStaysOut() throws Exception {
        for (String path : new String[] {
            "pkgs/a/b",
            "envs/other/conda-meta/history",
            "conda-bld/x",
            ".conda_lock",
            "lib/x.py~",
            "lib/.DS_Store",
            "etc/conda/activate.d/zzz.conda-stage-auto.sh",
            "bin/conda-unpack",
            "share/pkgs/kept",
            "users/kept"
        }) {
            env.file(path, 0644, Env.Kind.AS_IS, "x");
        }

        Pack.pack(env.prefix, archive);

        assertThat(Pack.run("tar", "-tf", archive.toString()).lines())
                .contains("share/pkgs/kept", "users/kept")
                .doesNotHaveDuplicates()
                .noneMatch(path -> path.matches("(pkgs|envs|conda-bld|\\.conda_lock).*|.*~|.*DS_Store|.*auto\\.sh"));
    }

    @Test
    void theLastPatternDecides() throws Exception {
        Pack pack = new Pack();
        pack.globs.add("share", true);
        pack.globs.add("share/a.*", false);
        pack.globs.add("*.py", true);
        pack.globs.add("lib/readonly.py", false);

        pack.into(env.prefix, archive);

        assertThat(Pack.run("tar", "-tf", archive.toString()).lines())
                .contains("share/", "share/a.txt", "lib/readonly.py", "lib/cached.pyc")
                .doesNotContain("share/b.txt", "share/empty", "lib/it's.py");
    }

    @Test
    void aFileThatChangesWhileItIsReadIsRefused() throws Exception {
        Listing.Listed listed = Listing.of(env.prefix, new Scope.Original(java.util.List.of(), new Globs()), 1);
        Entry entry = listed.entries().stream()
                .filter(one -> one.path().equals("lib/readonly.py"))
                .findFirst()
                .orElseThrow();
        Contents contents = new Contents(env.prefix, Installed.read(env.prefix, java.util.List.of(), 1), Map.of());
        byte[] into = new byte[1000];
        contents.read(entry, into, 0);
        Files.writeString(env.prefix.resolve("lib/readonly.py"), "other");

        assertThatThrownBy(() -> contents.read(entry, into, 0))
                .isInstanceOf(BadRequest.class)
                .hasMessage("`" + env.prefix + "/lib/readonly.py` changed while it was packed");
        Files.delete(env.prefix.resolve("lib/readonly.py"));
        assertThatThrownBy(() -> contents.read(entry, into, 0)).hasMessageContaining("changed while it was packed");
    }

    @Test
    void anArchiveThatIsThereStays() throws Exception {
        Files.writeString(archive, "precious");

        assertThatThrownBy(() -> Pack.pack(env.prefix, archive))
                .isInstanceOf(BadRequest.class)
                .hasMessage("`" + archive + "` is there already");
        assertThat(archive).hasContent("precious");
    }

    @Test
    void anArchiveInTheEnvironmentItselfIsRefused() {
        Path inside = env.prefix.resolve("share/env.tar.zst");

        assertThatThrownBy(() -> Pack.pack(env.prefix, inside))
                .isInstanceOf(BadRequest.class)
                .hasMessage("`" + inside + "` lies in the environment that it is to hold");
    }

    @Test
    void theUmaskDecidesWhoMayReadIt() throws Exception {
        Pack.pack(env.prefix, archive);
        Path plain = Files.createFile(directory.resolve("plain"));

        assertThat(Files.getPosixFilePermissions(archive)).isEqualTo(Files.getPosixFilePermissions(plain));
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).hasSize(3);
        }
    }
}
