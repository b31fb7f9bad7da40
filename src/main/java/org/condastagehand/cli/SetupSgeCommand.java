package org.condastagehand.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.condastagehand.host.Host;
import org.condastagehand.host.StagingException;
import org.condastagehand.setup.GridEngineSetup;
import org.condastagehand.setup.Hooks;
import org.condastagehand.setup.Plan;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Gives queues of Grid Engine our hooks, or takes them away; {@code site-config/sge/setup} calls it. */
@Command(
        name = "setup-sge",
        hidden = true,
        mixinStandardHelpOptions = true,
        customSynopsis =
                "site-config/sge/setup --queue QUEUE [--queue QUEUE]... [--root-hooks | --starter-only | --remove] [--dry-run]",
        header = "Let jobs of Grid Engine queues ask for an environment with -l conda_env=NAME.",
        description = {
            "Adds the complex conda_env, its value on the host global, and the queue's prolog, epilog and starter_method. What a queue had there before is called by ours. A queue that takes qrsh or qlogin gets the starter_method alone.",
            "Run it as a Grid Engine manager who may write to the installed tree; again after a change to site.toml."
        },
        footer = {"  /opt/conda-stagehand/site-config/sge/setup --queue all.q --dry-run"})
final class SetupSgeCommand implements Callable<Integer> {
    private final Host host;

    @ParentCommand
    private @Nullable Main main;

    @Option(names = "--queue", required = true, paramLabel = "QUEUE", split = ",", description = "A cluster queue.")
    @SuppressWarnings("NullAway.Init") // required, so picocli always sets it
    private List<String> queues;

    @ArgGroup
    private @Nullable Way way;

    /** At most one of them. */
    private static final class Way {
        @Option(names = "--root-hooks", description = "Run prolog and epilog as root, not as the job's user.")
        private boolean rootHooks;

        @Option(
                names = "--starter-only",
                description = "No prolog and no epilog: the starter stages. A queue for qrsh or qlogin is always so.")
        private boolean starterOnly;

        @Option(names = "--remove", description = "Bring back what the queue had before.")
        private boolean remove;

        private Hooks hooks() {
            return rootHooks ? Hooks.ROOTS : starterOnly ? Hooks.STARTER : Hooks.USERS;
        }
    }

    @Option(names = "--dry-run", description = "Only say what would change.")
    private boolean dryRun;

    SetupSgeCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws StagingException {
        GridEngineSetup setup = new GridEngineSetup(host, Site.ofEveryNode(), Site.installed());
        Way chosen = way == null ? new Way() : way;
        Plan plan = chosen.remove ? setup.remove(queues) : setup.apply(queues, chosen.hooks());
        if (dryRun) {
            plan.show(host.out(), Main.report(main, host));
        } else {
            plan.carryOut(host.out(), Main.report(main, host));
        }
        return ExitCode.DONE;
    }
}
