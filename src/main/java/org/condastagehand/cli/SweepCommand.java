package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.condastagehand.cache.CacheSweep;
import org.condastagehand.cli.Inventory.State;
import org.condastagehand.host.Exec;
import org.condastagehand.host.Host;
import org.condastagehand.host.MountPoints;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;
import org.condastagehand.job.JobArea;
import org.condastagehand.sweep.Holding;
import org.condastagehand.sweep.Sweeper;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Strikes what dead jobs left behind: one's own, or as root everybody's, each as the user whose it is. */
@Command(
        name = "sweep",
        mixinStandardHelpOptions = true,
        header = "Strike what jobs left behind that did not end in order.",
        description = {"A job that may be alive keeps everything. Root sweeps for every user, with that user's rights."
        },
        footer = {"  conda-stagehand sweep --dry-run"})
final class SweepCommand implements Callable<Integer> {
    private static final Duration LIMIT_PER_USER = Duration.ofMinutes(10);

    private final Host host;

    @ParentCommand
    private @Nullable Main main;

    @Option(names = "--dry-run", description = "Only say what would be struck.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print JSON, as docs/reference/status.md describes it.")
    private boolean json;

    private final Inventory inventory = new Inventory();
    private boolean counts;

    SweepCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws StagingException {
        Report report = Main.report(main, host);
        Site site = Site.load();
        SweepMetrics metrics = new SweepMetrics(host, site);
        counts = !dryRun && metrics.areWanted();
        int status = sweepOwn(site, report);
        int ofUsers = ExitCode.DONE;
        if (host.user().isRoot() && site.tree().isPresent()) {
            // first what is root's: a user can hold up what runs with that user's rights, for as long as it may take
            RootSweep roots = new RootSweep(host, site, site.tree().get(), dryRun, report, metrics.of(new Told()));
            status = Math.max(status, roots.sweep());
            for (String uid : AsUser.withAreas(site, host.exec())) {
                ofUsers = Math.max(ofUsers, sweepAs(uid, site.tree().get(), report));
            }
            status = Math.max(status, roots.unmount());
        }
        if (counts) { // what a user can make fail is no failure of the node's
            status = Math.max(status, metrics.write(inventory, status == ExitCode.DONE, report));
        }
        status = Math.max(status, ofUsers);
        if (json) {
            host.out().println(inventory.json(site.node()));
        }
        return status;
    }

    private int sweepOwn(Site site, Report report) throws StagingException {
        int status = ExitCode.DONE;
        Told told = new Told();
        for (JobArea area : List.of(site.area(host), JobArea.inTmp(host.user()))) {
            Sweeper.Swept swept = new Sweeper(area, site.node(), dryRun).sweep();
            swept.struck().forEach(told::struck);
            swept.kept().forEach(told::kept);
            swept.failures().forEach(report::error);
            status = swept.failures().isEmpty() ? status : ExitCode.NODE_FAULT;
        }
        // after the jobs, whose links keep entries
        CacheSweep.Swept cache = site.cacheSweep(host, dryRun).sweep();
        for (Path path : cache.struck()) {
            told.struck(Holding.of("cache", Integer.toUnsignedLong(host.user().uid()), path, path));
        }
        if (json || counts) {
            inventory.addCached(cache.kept(), Integer.toUnsignedLong(host.user().uid()));
        }
        cache.failures().forEach(report::error);
        return cache.failures().isEmpty() ? status : ExitCode.NODE_FAULT;
    }

    /** Says it a line each, at once: a sweep may take long. */
    private final class Told implements RootSweep.Findings {
        @Override
        public void kept(Holding held) {
            tell("kept ", held, State.KEPT);
        }

        @Override
        public void struck(Holding held) {
            tell(dryRun ? "would strike " : "struck ", held, dryRun ? State.DEAD : State.STRUCK);
        }

        private void tell(String what, Holding held, State state) {
            if (json) {
                inventory.add(held, state, OptionalLong.empty());
            } else {
                host.out().println(what + Report.printable(held.path().toString()));
            }
        }
    }

    private void print(Inventory.Entry entry) {
        String path = Report.printable(entry.held().path().toString());
        switch (entry.state()) {
            case STRUCK -> host.out().println("struck " + path);
            case KEPT -> host.out().println("kept " + path);
            case DEAD, CACHED, LEASED -> {}
        }
    }

    /** No user keeps the next one's from being swept. */
    private int sweepAs(String uid, Path tree, Report report) {
        try {
            return sweptAs(uid, tree, report);
        } catch (NodeFault e) {
            report.error("the sweep for user " + uid + " failed: " + e.getMessage());
            return ExitCode.NODE_FAULT;
        }
    }

    private int sweptAs(String uid, Path tree, Report report) throws NodeFault {
        List<String> sweep =
                new ArrayList<>(List.of(tree.resolve("bin/conda-stagehand").toString(), "sweep"));
        if (dryRun) {
            sweep.add("--dry-run");
        }
        if (json || counts) {
            sweep.add("--json");
        }
        List<String> command = mountsGroup(uid)
                .map(gid -> AsUser.commandThatUnmounts(uid, gid, sweep))
                .orElse(AsUser.command(uid, sweep));
        Exec.Result result = host.exec().run(command, LIMIT_PER_USER);
        host.err().print(Report.lines(result.err()));
        if (!json && !counts) {
            host.out().print(Report.lines(result.out()));
            if (result.out().length() >= Exec.MOST_BYTES) {
                report.warn("the sweep for user " + uid + " said more than is shown here");
            }
        } else if (!added(uid, result.out())) {
            report.error("what the sweep for user " + uid + " did cannot be read");
            return ExitCode.NODE_FAULT;
        }
        if (result.status() != ExitCode.DONE) {
            report.error("the sweep for user " + uid + " ended with status " + result.status());
        }
        return result.status();
    }

    private static Optional<String> mountsGroup(String uid) throws NodeFault {
        try {
            return MountPoints.fuseGroup(uid);
        } catch (IOException e) {
            throw new NodeFault("cannot see what is mounted", e);
        }
    }

    private boolean added(String uid, String said) {
        try {
            List<Inventory.Entry> added = inventory.addFrom(said, Long.parseLong(uid));
            if (!json) {
                added.forEach(this::print);
            }
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
