package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.condastagehand.cli.Inventory.State;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;
import org.condastagehand.metrics.Gauges;
import org.condastagehand.metrics.NodeMetrics;
import org.condastagehand.sweep.Holding;

/** What root's sweep tells Prometheus, where the site wants that. */
final class SweepMetrics {
    /** What users say of their own is theirs to invent, but not so large that it hides what others say. */
    private static final long MOST_BYTES = 1L << 50;

    private static final long MOST_ENTRIES = 100_000;

    private final Host host;
    private final Site site;
    private long jobs;
    private long leftovers;

    SweepMetrics(Host host, Site site) {
        this.host = host;
        this.site = site;
    }

    boolean areWanted() {
        return host.user().isRoot() && site.config().told().textfile().isPresent();
    }

    /** Counts what root's records tell on its way to somebody else. */
    RootSweep.Findings of(RootSweep.Findings next) {
        return new RootSweep.Findings() {
            @Override
            public void kept(Holding held) {
                jobs++;
                next.kept(held);
            }

            @Override
            public void struck(Holding held) {
                leftovers += held.job().equals("cache") ? 0 : 1;
                next.struck(held);
            }
        };
    }

    /** The exit status: metrics that cannot be written are the administrator's to know, and no job's. */
    int write(Inventory inventory, boolean success, Report report) {
        try {
            Path root = site.config().localRoot();
            if (!RootSweep.isTrusted(root) || !Files.isDirectory(root.resolve("records"))) {
                throw new NodeFault("no metrics: `" + root + "/records` is missing or not only root's to change");
            }
            site.config()
                    .told()
                    .textfile()
                    .map(file -> new NodeMetrics(
                            root.resolve("records"), file, site.config().minUid(), host.clock()))
                    .orElseThrow()
                    .write(gauges(inventory, success), leftovers);
            return ExitCode.DONE;
        } catch (StagingException e) {
            report.error(e);
            return ExitCode.of(e);
        }
    }

    private Gauges gauges(Inventory inventory, boolean success) throws NodeFault {
        Path root = site.config().localRoot();
        List<Inventory.Entry> cached = inventory.entries().stream()
                .filter(entry -> entry.state() == State.CACHED || entry.state() == State.LEASED)
                .limit(MOST_ENTRIES)
                .toList();
        long bytes = cached.stream()
                .mapToLong(
                        entry -> Math.max(0, Math.min(MOST_BYTES, entry.bytes().orElse(0))))
                .reduce(0, (sum, more) -> Math.min(MOST_BYTES, sum + more));
        try {
            return new Gauges(
                    jobs,
                    cached.size(),
                    bytes,
                    Files.getFileStore(root).getUsableSpace(),
                    Files.getFileStore(root).getTotalSpace(),
                    success,
                    Main.version().replace("conda-stagehand ", ""));
        } catch (IOException e) {
            throw new NodeFault("cannot look at the disk of `" + root + "`", e);
        }
    }
}
