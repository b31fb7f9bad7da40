package org.condastagehand.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the program says of itself. */
class HelpIT {
    @RegisterExtension
    static final Sandbox SANDBOX = new Sandbox();

    private static final String BOLD = "\u001b[1m";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "exec",
                "explain",
                "pack",
                "inspect",
                "archives",
                "stage",
                "unstage",
                "status",
                "sweep",
                "doctor"
            })
    void eachCommandShowsFirstWhatToType(String command) {
        Ran ran = SANDBOX.stagehand(command, "--help").run().endedWith(0);

        assertThat(ran.out())
                .startsWith("Example:\n  ")
                .containsPattern("\\A(?:.*\n)*  (?:mpirun )?conda-stagehand " + command)
                .contains("\nUsage: conda-stagehand " + command);
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void theProgramListsItsCommandsAndNoHiddenOne() {
        Ran bare = SANDBOX.stagehand().run().endedWith(0);

        assertThat(bare.out()).startsWith("Example:\n").contains("run", "sweep").doesNotContain("hook", "setup-");
        assertThat(SANDBOX.stagehand("--version").run().endedWith(0).out()).matches("conda-stagehand \\d\\S*\n");
    }

    private static Command onATerminal(String command) {
        return SANDBOX.asUser(
                "/usr/bin/script", "-qec", Sandbox.tree() + "/bin/conda-stagehand " + command, "/dev/null");
    }

    @Test
    void coloursAreForATerminalThatHasThem() {
        assertThat(onATerminal("pack --help").with("TERM", "xterm").run().out()).contains(BOLD);
        assertThat(onATerminal("pack --help")
                        .with("TERM", "xterm")
                        .with("NO_COLOR", "1")
                        .run()
                        .out())
                .doesNotContain("\u001b");
        assertThat(onATerminal("pack --help").with("TERM", "dumb").run().out()).doesNotContain("\u001b");
        assertThat(SANDBOX.stagehand("pack", "--help")
                        .with("TERM", "xterm")
                        .run()
                        .out())
                .doesNotContain("\u001b");
    }
}
