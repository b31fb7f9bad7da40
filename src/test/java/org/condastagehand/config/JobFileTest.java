package org.condastagehand.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.User;
import org.condastagehand.request.EnvSpec;
import org.condastagehand.request.OnFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobFileTest {
    @TempDir
    Path dir;

    private JobFile.Found find() throws Exception {
        return JobFile.find(dir, User.current());
    }

    private Path file(String text) throws IOException {
        return Files.writeString(dir.resolve(".conda-stage.toml"), text);
    }

    @Test
    void readsEveryKey() throws Exception {
        Path file = file("""
                env = ["ml", "/sw/r.tar.gz"]
                writable = true
                activate = false
                on_failure = "fail"
                enabled = true
                """);

        assertThat(find().file())
                .contains(new JobFile(
                        file,
                        List.of(new EnvSpec.Named("ml"), new EnvSpec.Located(Path.of("/sw/r.tar.gz"))),
                        Optional.of(true),
                        Optional.of(false),
                        Optional.of(OnFailure.FAIL),
                        true));
    }

    @Test
    void leavesOpenWhatTheFileDoesNotSay() throws Exception {
        Path file = file("env = 'ml'");

        assertThat(find().file())
                .contains(new JobFile(
                        file,
                        List.of(new EnvSpec.Named("ml")),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        true));
    }

    @ParameterizedTest
    @CsvSource({"enabled = false", "env = \"none\"", "env = [\"none\"]"})
    void isTurnedOffEitherWay(String text) throws Exception {
        file(text);

        assertThat(find().file().orElseThrow().enabled()).isFalse();
    }

    @Test
    void saysNothingOfAFileThatIsNotThere() throws Exception {
        assertThat(find()).isEqualTo(JobFile.Found.NOTHING);
    }

    @Test
    void ignoresASymlinkWithANote() throws Exception {
        Path target = Files.writeString(dir.resolve("real.toml"), "env = 'ml'");
        Path link = Files.createSymbolicLink(dir.resolve(".conda-stage.toml"), target);

        assertThat(find().file()).isEmpty();
        assertThat(find().note()).contains("`" + link + "` is ignored: not a regular file");
    }

    @Test
    void ignoresADirectoryWithANote() throws Exception {
        Path file = Files.createDirectory(dir.resolve(".conda-stage.toml"));

        assertThat(find().note()).contains("`" + file + "` is ignored: not a regular file");
    }

    @Test
    void ignoresAFileThatEverybodyMayWriteTo() throws Exception {
        Path file = file("env = 'ml'");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));

        assertThat(find().file()).isEmpty();
        assertThat(find().note()).contains("`" + file + "` is ignored: everybody may write to it");
    }

    @Test
    void takesAFileThatItsGroupMayWriteTo() throws Exception {
        Files.setPosixFilePermissions(file("env = 'ml'"), PosixFilePermissions.fromString("rw-rw-r--"));

        assertThat(find().file()).isPresent();
    }

    @Test
    void ignoresTheFileOfSomebodyElseUnlessItIsRoots() throws Exception {
        Path file = file("env = 'ml'");
        User current = User.current();
        JobFile.Found found = JobFile.find(dir, new User(current.uid() + 1, current.gid()));

        if (current.isRoot()) {
            assertThat(found.file()).isPresent();
            Files.setAttribute(file, "unix:uid", 12345);
            found = JobFile.find(dir, new User(1000, 1000));
            assertThat(found.note())
                    .contains("`" + file + "` is ignored: it belongs to user 12345, not to the job's user or root");
        }
        assertThat(found.note().isPresent()).isEqualTo(found.file().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "writeable = true => line 1: writeable: unknown key, did you mean `writable`?",
                "env = 3 => line 1: env: must be a text in quotes or a list of them, got `3`",
                "env = [] => line 1: env: names no environment",
                "env = '' => line 1: env: not the name of an environment: ``",
                "env = 'a*' => line 1: env: an environment's name cannot contain `*`: `a*`",
                "env = '~/ml' => line 1: env: the path of an environment must be absolute: `~/ml`",
                "env = ['a', 'a'] => line 1: env: names an environment twice",
                "env = ['a', 'none'] => line 1: env: `none` cannot stand beside other environments",
                "env = ['a?', '/b/../c'] => line 1: env: an environment's name cannot contain `?`: `a?`; "
                        + "line 1: env: not an absolute path without `.` and `..`: `/b/../c`",
                "on_failure = 'retry' => line 1: on_failure: must be `fallback` or `fail`, got `retry`",
                "enabled = 'no' => line 1: enabled: must be `true` or `false`, got `no`",
            })
    void refusesABadFileInOneLineWithTheKey(String text, String complaint) throws Exception {
        Path file = file(text);

        assertThatThrownBy(this::find)
                .isInstanceOfSatisfying(
                        BadRequest.class, bad -> assertThat(bad.hint()).contains("write for example: env = \"myenv\""))
                .hasMessage("bad `" + file + "`: " + complaint);
    }

    @Test
    void theReferenceNamesEveryKey() throws Exception {
        assertThat(Files.readString(Path.of("docs/reference/job-file.md")))
                .contains("| `env` |", "| `writable` |", "| `activate` |", "| `on_failure` |", "| `enabled` |");
    }
}
