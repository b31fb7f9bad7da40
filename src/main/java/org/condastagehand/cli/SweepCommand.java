package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.condastagehand.host.Exec;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;
import org.condastagehand.job.JobArea;
import org.condastagehand.sweep.Sweeper;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Strikes what dead jobs left behind: one's own, or as root everybody's, each as the user whose it is. */
@Command(
        name = "sweep",
        mixinStandardHelpOptions = true,
        description = {
            "Strikes what jobs left behind that did not end in order. A job that may be alive keeps everything.",
            "Root sweeps for every user, with that user's rights."
        },
        footer = {"", "Example:  conda-stagehand sweep --dry-run"})
final class SweepCommand implements Callable<Integer> {
    private static final Duration LIMIT_PER_USER = Duration.ofMinutes(10);
    private static final Pattern AREA_IN_TMP = Pattern.compile("conda-stagehand-(?<uid>[1-9][0-9]{0,9})");
    private static final Pattern AREA = Pattern.compile("(?<uid>[1-9][0-9]{0,9})");

    private final Host host;

    @ParentCommand
    private @Nullable Main main;

    @Option(names = "--dry-run", description = "Only say what would be struck.")
    private boolean dryRun;

    SweepCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws StagingException {
        Report report = Main.report(main, host);
        Site site = Site.load();
        int status = sweepOwn(site, report);
        if (host.user().isRoot() && site.tree().isPresent()) {
            for (String uid : users(site)) {
                status = Math.max(status, sweepAs(uid, site.tree().get(), report));
            }
            status = Math.max(status, new RootSweep(host, site, site.tree().get(), dryRun, report).sweep());
        }
        return status;
    }

    private int sweepOwn(Site site, Report report) throws StagingException {
        int status = ExitCode.DONE;
        for (JobArea area : List.of(site.area(host), JobArea.inTmp(host.user()))) {
            Sweeper.Swept swept = new Sweeper(area, site.node(), dryRun).sweep();
            swept.struck().forEach(this::tellStruck);
            swept.kept().forEach(path -> host.out().println("kept " + path));
            swept.failures().forEach(report::error);
            status = swept.failures().isEmpty() ? status : ExitCode.NODE_FAULT;
        }
        return status;
    }

    private void tellStruck(Object path) {
        host.out().println((dryRun ? "would strike " : "struck ") + path);
    }

    /** Uids that have an area, by the names in directories of root; the areas themselves are not looked at. */
    private static Set<String> users(Site site) throws NodeFault {
        Set<String> uids = new TreeSet<>();
        addNames(JobArea.users(site.config().localRoot()), AREA, uids);
        addNames(Path.of("/tmp"), AREA_IN_TMP, uids);
        return uids;
    }

    private static void addNames(Path directory, Pattern pattern, Set<String> uids) throws NodeFault {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Matcher name = pattern.matcher(String.valueOf(entry.getFileName()));
                if (name.matches()) {
                    uids.add(name.group("uid"));
                }
            }
        } catch (NoSuchFileException e) {
            // nothing was ever staged below it
        } catch (IOException e) {
            throw new NodeFault("cannot read `" + directory + "`", e);
        }
    }

    /**
     * With the user's rights and none besides; the account need not exist any more. The user can trace that process, so
     * it has neither root's terminal nor root's environment.
     */
    private int sweepAs(String uid, Path tree, Report report) throws NodeFault {
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/env",
                "-i",
                "--chdir=/",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "/usr/bin/setsid",
                "--wait",
                "/usr/bin/setpriv",
                "--reuid",
                uid,
                "--regid",
                uid,
                "--clear-groups",
                "--inh-caps=-all",
                "--bounding-set=-all",
                "--no-new-privs",
                tree.resolve("bin/conda-stagehand").toString(),
                "sweep"));
        if (dryRun) {
            command.add("--dry-run");
        }
        Exec.Result result = host.exec().run(command, LIMIT_PER_USER);
        host.out().print(Report.lines(result.out()));
        host.err().print(Report.lines(result.err()));
        if (result.status() != ExitCode.DONE) {
            report.error("the sweep for user " + uid + " ended with status " + result.status());
        }
        return result.status();
    }
}
