package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.condastagehand.host.Exec;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Ownership;
import org.condastagehand.host.Report;
import org.condastagehand.job.HookRecord;
import org.condastagehand.sweep.ExecdSpool;
import org.condastagehand.sweep.Holding;
import org.condastagehand.sweep.RecordedJobs;
import org.condastagehand.sweep.SlurmQueue;

/**
 * Root's part of a sweep: what its hooks recorded and no epilog has struck, and what an epilog had no time to delete. The
 * same scripts do it that would have done it in the epilog, as the user whose it was.
 */
final class RootSweep {
    /** Where a Slurm prolog puts a job's scripts on a node whose local root cannot be used. */
    private static final Path SPARE_ROOT = Path.of("/run/conda-stagehand");

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** What one process of a user's strikes: a start costs more than a small tree, and a command line has an end. */
    private static final int TOGETHER = 200;

    private final Host host;
    private final Site site;
    private final Path tree;
    private final boolean dryRun;
    private final Report report;
    private final Findings findings;
    private int status = ExitCode.DONE;

    /** Who is told what was found. */
    interface Findings {
        /** Of a job that may be alive. */
        void kept(Holding held);

        /** Gone now, or in a dry run what would be. */
        void struck(Holding held);
    }

    RootSweep(Host host, Site site, Path tree, boolean dryRun, Report report, Findings findings) {
        this.host = host;
        this.site = site;
        this.tree = tree;
        this.dryRun = dryRun;
        this.report = report;
        this.findings = findings;
    }

    /**
     * Something to be struck.
     *
     * @param file the record, or the directory in the trash
     */
    private record Dead(Path file, Holding held) {}

    /** Sweeps; the exit status is for the command. */
    int sweep() throws NodeFault {
        for (Path root : List.of(site.config().localRoot(), SPARE_ROOT)) {
            if (!isTrusted(root)) {
                report.error("`" + root + "` is not only root's to change: nothing in it is struck");
                status = ExitCode.NODE_FAULT;
                continue;
            }
            RecordedJobs jobs = new RecordedJobs(root.resolve("records"), site.node(), BETWEEN_LOOKS);
            settle(jobs.judge("sge-", suspects -> ExecdSpool.over()), "sge-drop");
            settle(jobs.judge("slurm-", suspects -> SlurmQueue.over(host.exec(), suspects)), "slurm-drop");
            emptyTrash(root.resolve("trash"));
        }
        return status;
    }

    /** Unmounts what no entry stands for any more, so after those whose entries they are have been swept. */
    int unmount() {
        strikeImages(site.config().localRoot());
        return status;
    }

    /** What the kernel has mounted for everybody, and nobody sees any more: the account says so in its own sweep. */
    private void strikeImages(Path localRoot) {
        if (dryRun || !Files.isDirectory(localRoot.resolve("cache/images"))) {
            return;
        }
        String script = tree.resolve("libexec/image").toString();
        try {
            Exec.Result result = host.exec().run(List.of(script, "sweep", localRoot.toString()), LIMIT);
            result.out().lines().map(Path::of).forEach(path -> findings.struck(Holding.of("cache", 0, path, path)));
            if (result.status() != ExitCode.DONE) {
                report.error("cannot sweep `" + localRoot.resolve("cache/images") + "`");
                status = ExitCode.NODE_FAULT;
            }
        } catch (NodeFault e) {
            report.error(e);
            status = ExitCode.NODE_FAULT;
        }
    }

    /** Whether nobody but root could have put anything there; what is missing holds nothing. */
    static boolean isTrusted(Path root) throws NodeFault {
        for (Path inside : List.of(root.resolve("records"), root.resolve("trash"))) {
            for (Path path = inside; path != null; path = path.getParent()) {
                try {
                    Ownership found = Ownership.of(path, LinkOption.NOFOLLOW_LINKS);
                    if (!found.isDirectory() || !found.isRootsAlone()) {
                        return false;
                    }
                } catch (NoSuchFileException e) {
                    // not made yet
                } catch (IOException e) {
                    throw new NodeFault("cannot look at `" + path + "`", e);
                }
            }
        }
        return true;
    }

    private void settle(RecordedJobs.Judged jobs, String script) throws NodeFault {
        jobs.kept().forEach(job -> findings.kept(held(job)));
        for (Path file : jobs.foreign()) {
            report.error(RecordedJobs.foreign(file));
            status = ExitCode.NODE_FAULT;
        }
        for (Path file : jobs.unfinished()) {
            findings.struck(
                    Holding.of(String.valueOf(file.getFileName()), host.user().uid(), file, file));
            if (!dryRun) {
                delete(file);
            }
        }
        strike(
                script,
                jobs.over().stream().map(job -> new Dead(job.file(), held(job))).toList());
    }

    private static Holding held(HookRecord job) {
        String name = String.valueOf(job.file().getFileName());
        return Holding.of(name, job.uid(), Path.of(job.value("directory")), job.file());
    }

    /** A struck tree whose owner could not delete it in time; nobody needs it, whoever else may be deleting it. */
    private void emptyTrash(Path trash) throws NodeFault {
        List<Dead> dead = new ArrayList<>();
        try (DirectoryStream<Path> trees = Files.newDirectoryStream(trash)) {
            for (Path struck : trees) {
                addTrash(struck, dead);
            }
        } catch (NoSuchFileException e) {
            return; // no hook was ever here
        } catch (IOException e) {
            throw new NodeFault("cannot read `" + trash + "`", e);
        }
        strike("slurm-drop", dead);
    }

    private static void addTrash(Path struck, List<Dead> dead) throws IOException {
        try {
            Object uid = Files.getAttribute(struck, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            String name = String.valueOf(struck.getFileName());
            dead.add(new Dead(struck, Holding.of(name, Integer.toUnsignedLong((int) uid), struck, struck)));
        } catch (NoSuchFileException e) {
            // an epilog was faster
        }
    }

    /** Each user's together, since they are struck with that user's rights. */
    private void strike(String script, List<Dead> all) {
        if (dryRun) {
            all.forEach(dead -> findings.struck(dead.held()));
            return;
        }
        Map<Long, List<Dead>> users = new TreeMap<>();
        all.forEach(dead -> users.computeIfAbsent(dead.held().uid(), uid -> new ArrayList<>())
                .add(dead));
        for (List<Dead> one : users.values()) {
            for (int from = 0; from < one.size(); from += TOGETHER) {
                strikeTogether(script, one.subList(from, Math.min(one.size(), from + TOGETHER)));
            }
        }
    }

    /** What one user's trees cost in time, or do to their strike, keeps nothing of another's. */
    private void strikeTogether(String script, List<Dead> some) {
        List<String> command = new ArrayList<>();
        command.add(tree.resolve("libexec").resolve(script).toString());
        command.add("sweep");
        some.forEach(dead -> command.add(dead.file().toString()));
        try {
            Exec.Result result = host.exec().run(command, LIMIT);
            host.err().print(Report.lines(result.err()));
        } catch (NodeFault e) {
            report.error(e);
            status = ExitCode.NODE_FAULT;
        }
        for (Dead dead : some) {
            if (Files.exists(dead.file(), LinkOption.NOFOLLOW_LINKS)) {
                report.error("cannot strike `" + dead.held().path() + "`, left for the next sweep");
                status = ExitCode.NODE_FAULT;
            } else {
                findings.struck(dead.held());
            }
        }
    }

    private static void delete(Path file) throws NodeFault {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new NodeFault("cannot delete `" + file + "`", e);
        }
    }
}
