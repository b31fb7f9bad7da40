package org.condastagehand.cli;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.condastagehand.host.Host;
import org.condastagehand.host.Report;
import org.condastagehand.host.Sizes;
import org.condastagehand.host.StagingException;
import org.condastagehand.keep.KeepArea;
import org.condastagehand.keep.KeptArchive;
import org.condastagehand.keep.Pruning;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Deletes archives that jobs have kept and no job needs. */
@Command(
        name = "prune",
        mixinStandardHelpOptions = true,
        header = "Delete archives that nobody needs.",
        description = {
            "Of those that jobs have packed by themselves: whose environment has changed, that no job has used for as long as the site says, or that are beyond the site's size; and what killed jobs have left of one."
        },
        footer = {"  conda-stagehand archives prune", "  conda-stagehand archives prune --all"})
final class ArchivesPruneCommand implements Callable<Integer> {
    private final Host host;

    @Option(names = "--all", description = "Delete all of them.")
    private boolean all;

    @Option(names = "--json", description = "Print what went as JSON, as docs/reference/archives.md describes it.")
    private boolean json;

    ArchivesPruneCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws StagingException {
        Site site = Site.load();
        Optional<KeepArea> area = site.keepArea(host);
        List<KeptArchive> gone =
                area.isPresent() ? new Pruning(area.get(), site.keepLimits(), host.clock()).prune(all) : List.of();
        if (json) {
            host.out().println(ArchivesCommand.json(gone, new TreeMap<>()));
            return ExitCode.DONE;
        }
        gone.forEach(archive ->
                host.out().println(Report.printable("deleted " + archive.path() + ", " + Sizes.text(archive.bytes()))));
        if (gone.isEmpty()) {
            host.out().println("nothing to delete");
        }
        return ExitCode.DONE;
    }
}
