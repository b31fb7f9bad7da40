package org.condastagehand.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.condastagehand.activate.Activator;
import org.condastagehand.config.JobFile;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.request.EnvSpec;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Line ends and a terminal's escapes, of seven bits and of eight, where somebody else's text gets into a message. */
class HostileNamesTest {
    private static final User ME = me();

    @TempDir
    private Path directory;

    private static User me() {
        try {
            return User.current();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\n", "\r", "\0", "\u001b[2J", "\u009b2J", "\u0085", "\u2028", "\u202e", "\u200f", "\u0007"})
    void aValueOfATomlIsShownInOnePrintableLine(String hostile) throws Exception {
        Path file = directory.resolve(JobFile.NAME);
        for (String toml : List.of(
                "env = \"a" + hostile + "b/\"",
                "\"e" + hostile + "nv\" = \"x\"",
                "on_failure = 'x" + hostile + "y'",
                "[" + hostile + "]",
                hostile + " = 1")) {
            Files.writeString(file, toml, UTF_8);
            Throwable refused = catchThrowable(() -> JobFile.find(directory, ME));
            if (refused != null) { // a byte that is a blank to TOML leaves a line that is right
                requireOneLine(refused);
            }
        }
        Files.writeString(file, "local_root = '/x" + hostile + "y'\n[envs]\n\"a" + hostile + "\" = 'b'\n", UTF_8);
        Throwable refused = catchThrowable(() -> SiteConfig.load(file, "n17", false));
        if (refused != null) {
            requireOneLine(refused);
        }
    }

    private static void requireOneLine(Throwable refused) {
        assertThat(refused).isInstanceOf(StagingException.class);
        OneLine.require((StagingException) refused);
    }

    /** It is a script that prints it, not a report of ours. */
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\0", "\u001b[2J", "\u009b2J", "\u0085", "\u2028", "\u202e"})
    void aRefusedJobsScriptSaysSoInOnePrintableLine(String hostile) throws Exception {
        Activator.refuse("no environment `a" + hostile + "b`", directory);

        for (String script : List.of("activate", "activate.csh", "activate.fish")) {
            String text = Files.readString(directory.resolve(script));
            String line = text.lines()
                    .filter(each -> each.contains("no") && each.contains("environment"))
                    .filter(each -> each.contains("printf"))
                    .findFirst()
                    .orElseThrow();
            OneLine.require(line);
            assertThat(line).containsPattern("a.{0,6}b");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\0", "\u001b[2J", "\u009b2J"})
    void noEnvironmentHasSuchAName(String hostile) {
        for (String name : List.of("a" + hostile, hostile, "/a" + hostile, "a" + hostile + "b")) {
            assertThat(catchThrowable(() -> EnvSpec.parse(name))).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
