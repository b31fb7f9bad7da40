package org.condastagehand.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class CommonsExecTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final Exec exec = new CommonsExec();

    private Exec.Result shell(String script, Duration limit) throws NodeFault {
        return exec.run(List.of("/bin/sh", "-c", script), limit);
    }

    @Test
    void givesStatusAndBothTexts() throws NodeFault {
        assertThat(shell("echo ünï; echo err >&2; exit 3", LONG)).isEqualTo(new Exec.Result(3, "ünï\n", "err\n"));
    }

    @Test
    void handsArgumentsOverAsTheyAre() throws NodeFault {
        List<String> command = List.of("/usr/bin/printf", "<%s>", "a b", "\"q\"", "'", "", "${HOME}", "*", "\\");
        assertThat(exec.run(command, LONG).out()).isEqualTo("<a b><\"q\"><'><><${HOME}><*><\\>");
    }

    @Test
    void keepsTheFirstPartOfALongOutput() throws NodeFault {
        assertThat(shell("head -c 6000000 /dev/zero | tr '\\0' x", LONG).out()).hasSize(Exec.MOST_BYTES);
    }

    @Test
    void killsWhatIgnoresItsTimeLimit() {
        assertThatThrownBy(() -> shell("trap '' TERM; while :; do sleep 0.1; done", SHORT))
                .isInstanceOf(NodeFault.class)
                .hasMessageContaining("did not end within 0.3 s");
    }

    @Test
    void killsTheChildrenOfWhatIsLateToo() {
        assertThatThrownBy(() -> shell("sleep 400 & wait", SHORT))
                .isInstanceOf(NodeFault.class)
                .hasMessageContaining("did not end within");
    }

    /** Whether the answer is still heard depends on who sees the program's end first; nobody waits for the child. */
    @Test
    void doesNotWaitForAChildThatHoldsTheOutput() {
        try {
            assertThat(shell("echo heard; sleep 400 &", LONG).out()).isEqualTo("heard\n");
        } catch (NodeFault e) {
            assertThat(e).hasMessageContaining("/bin/sh");
        }
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> exec.run(List.of("/no/such/program"), LONG))
                .isInstanceOf(NodeFault.class)
                .hasMessageContaining("`/no/such/program`");
    }
}
