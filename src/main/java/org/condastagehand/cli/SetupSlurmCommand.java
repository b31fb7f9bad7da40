package org.condastagehand.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.Host;
import org.condastagehand.host.StagingException;
import org.condastagehand.setup.LocalRoot;
import org.condastagehand.setup.Plan;
import org.condastagehand.setup.SlurmSetup;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Gives a slurm.conf our hooks, or takes them away; {@code site-config/slurm/setup} calls it. */
@Command(
        name = "setup-slurm",
        hidden = true,
        mixinStandardHelpOptions = true,
        customSynopsis = "site-config/slurm/setup [--apply FILE] [--local-root DIR | --remove]"
                + " [--yes-installed-everywhere] [--dry-run]",
        header = "Let jobs of Slurm ask for an environment with --comment conda_env=NAME.",
        description = {
            "Without --apply it writes the tree's etc/hooks.conf and prints the lines for slurm.conf. With it FILE gets them, and the running Slurm reads it again if FILE is its own. Prolog, Epilog and TaskProlog that are there are called by ours.",
            "Run it as root on slurmctld's host; again after a change to site.toml."
        },
        footer = {"  /opt/conda-stagehand/site-config/slurm/setup --apply /etc/slurm/slurm.conf --dry-run"})
final class SetupSlurmCommand implements Callable<Integer> {
    private final Host host;

    @ParentCommand
    private @Nullable Main main;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(names = "--apply", paramLabel = "FILE", description = "The slurm.conf to edit.")
    private @Nullable Path file;

    @Option(
            names = "--local-root",
            paramLabel = "DIR",
            description = "Write it into site.toml, and make it on this node.")
    private @Nullable String localRoot;

    @Option(names = "--remove", description = "Bring back what slurm.conf had before.")
    private boolean remove;

    @Option(
            names = "--yes-installed-everywhere",
            description = "Every node has the tree, its etc/hooks.conf and the local root.")
    private boolean everywhere;

    @Option(names = "--dry-run", description = "Only say what would change.")
    private boolean dryRun;

    SetupSlurmCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws StagingException {
        if (remove && localRoot != null) {
            throw new ParameterException(spec.commandLine(), "--remove and --local-root do not go together");
        }
        Path tree = Site.installed();
        SiteConfig site = Site.ofEveryNode();
        Optional<LocalRoot> root = Optional.empty();
        if (localRoot != null) {
            root = Optional.of(new LocalRoot(host, tree, localRoot));
            site = root.get().in(site);
        }
        SlurmSetup setup = new SlurmSetup(host, site, Site.file(), tree, root);
        Optional<Path> given = Optional.ofNullable(file).map(host.directory()::resolve);
        if (remove) {
            Optional<Plan> plan = setup.remove(given);
            if (plan.isPresent()) {
                carryOut(plan.get());
            } else {
                setup.printRemoval(host.out());
            }
        } else if (given.isPresent()) {
            carryOut(setup.apply(given.get(), Set.of(Site.hostname(), "localhost"), everywhere));
        } else {
            Plan plan = setup.print(host.out());
            carryOut(plan);
            setup.printNext(host.out());
        }
        return ExitCode.DONE;
    }

    private void carryOut(Plan plan) throws StagingException {
        if (dryRun) {
            plan.show(host.out(), Main.report(main, host));
        } else {
            plan.carryOut(host.out(), Main.report(main, host));
        }
    }
}
