package org.condastagehand.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.condastagehand.host.Host;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/**
 * Puts a parallel job's environment before a rank's command. Its help alone: a rank should not need a JVM, so
 * {@code libexec/exec} does the work, and starts one where the host has nothing yet.
 */
@Command(
        name = "exec",
        mixinStandardHelpOptions = true,
        header = "Become a command with the job's environment active, on any host of a parallel job.",
        description = {
            "On a host that Grid Engine runs no prolog on, the first rank stages and the others wait for it.",
            "The exit status is the command's own, 126 or 127 when there is no such command, or 125 when it could not be begun for any other reason."
        },
        footer = {"  mpirun conda-stagehand exec -- python rank.py"})
final class ExecCommand implements Callable<Integer> {
    private final Host host;

    @ParentCommand
    private @Nullable Main main;

    @Option(
            names = "--env",
            paramLabel = "ENV",
            description = "The environment, for a job that asks for none itself (Grid Engine).")
    @SuppressWarnings("unused") // shown in the help
    private @Nullable String env;

    @Parameters(paramLabel = "CMD", arity = "1..*", description = "The command and its arguments.")
    @SuppressWarnings("unused") // shown in the help
    private List<String> command = List.of();

    ExecCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        Main.report(main, host).error("`exec` is what `bin/conda-stagehand` does without Java: start that");
        return ExitCode.NOT_BEGUN;
    }
}
