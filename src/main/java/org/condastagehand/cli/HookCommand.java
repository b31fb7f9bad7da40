package org.condastagehand.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.condastagehand.host.Host;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** For the hooks' shells alone, which map any other exit status to the verdict that the scheduler can bear. */
@Command(name = "hook", hidden = true, description = "For the schedulers' hooks only.")
final class HookCommand implements Callable<Integer> {
    private final Host host;

    @ParentCommand
    private @Nullable Main main;

    /** A hook that runs this program. */
    enum Hook {
        SGE_PROLOG,
        SLURM_PROLOG
    }

    @Parameters(index = "0", paramLabel = "HOOK", description = "Which.")
    @SuppressWarnings("NullAway.Init") // required, so picocli always sets it
    private Hook hook;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FAULT",
            description = "Why this node can stage nothing, as the hook's shell found out.")
    private @Nullable String fault;

    HookCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws StagingException {
        Report report = Main.report(main, host);
        Optional<String> why = Optional.ofNullable(fault);
        return switch (hook) {
            case SGE_PROLOG ->
                new GridEngineProlog(host, Site.load(), report, why).run().ofGridEngine();
            case SLURM_PROLOG -> {
                new SlurmProlog(host, Site.load(), report, why).run();
                yield ExitCode.DONE;
            }
        };
    }
}
