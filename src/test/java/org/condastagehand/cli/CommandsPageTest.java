package org.condastagehand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import org.condastagehand.host.CommonsExec;
import org.condastagehand.host.Host;
import org.condastagehand.host.User;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandsPageTest {
    private static final Path PAGE = Path.of("docs/reference/commands.md");

    private final PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    private String made = "";

    @BeforeEach
    void make() throws Exception {
        Host host = new Host(
                Map.of(), Path.of("/"), User.current(), Clock.systemUTC(), new CommonsExec(), nowhere, nowhere);
        Map<String, CommandLine> scripts = new TreeMap<>(Map.of(
                "site-config/slurm/setup", new CommandLine(new SetupSlurmCommand(host)),
                "site-config/sge/setup", new CommandLine(new SetupSgeCommand(host))));
        made = CommandsPage.of(Main.model(host), scripts);
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(PAGE, made);
        }
    }

    @Test
    void thePageSaysWhatTheProgramKnows() throws IOException {
        assertThat(Files.readString(PAGE))
                .as("%s is not what the program says; type: ./dev docs --update", PAGE)
                .isEqualTo(made);
    }

    @Test
    void itHasEveryCommandAndNoHiddenOne() {
        assertThat(made)
                .contains("\n## run\n", "\n## archives prune\n", "\n## sweep\n", "\n## site-config/slurm/setup\n")
                .doesNotContain("setup-sge", "setup-slurm");
    }

    @Test
    void itHasEveryOptionWithItsValue() {
        assertThat(made).contains("| `--env ENV` |", "| `--debug` |").doesNotContain("| `` |", "$s", "null");
    }
}
