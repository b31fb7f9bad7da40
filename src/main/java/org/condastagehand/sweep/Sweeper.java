package org.condastagehand.sweep;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.ProcessIdentity;
import org.condastagehand.host.StagingException;
import org.condastagehand.job.JobArea;
import org.condastagehand.job.JobRecord;
import org.condastagehand.job.RecordStore;

/**
 * Strikes what dead jobs of one user left behind. A job that cannot be proven dead keeps everything.
 *
 * <p>A record names what is to be struck; a directory without a record is one whose record somebody deleted, and the
 * number in its name is then all that tells whose it was.
 */
public final class Sweeper {
    /**
     * What one sweep did, or would do.
     *
     * @param struck directories, records and struck trees that are gone now
     * @param kept of jobs that may be alive
     * @param failures what is left for the next sweep
     */
    public record Swept(List<Holding> struck, List<Holding> kept, List<StagingException> failures) {}

    /** Between two looks into execd's spool: it may have too little of a shared file system for a moment. */
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final JobArea area;
    private final RecordStore records;
    private final Strike strike;
    private final String node;
    private final boolean dryRun;

    /** Names of records whose jobs execd has forgotten. */
    private Set<String> forgotten = Set.of();

    public Sweeper(JobArea area, String node, boolean dryRun) {
        this.area = area;
        this.records = new RecordStore(area);
        this.strike = new Strike(area);
        this.node = node;
        this.dryRun = dryRun;
    }

    public Swept sweep() throws StagingException {
        Swept swept = new Swept(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        if (!area.exists()) {
            return swept;
        }
        try {
            area.requireOwn();
            Set<String> known = new HashSet<>();
            findForgotten();
            for (String name : records.names()) {
                if (judged(name, swept)) {
                    known.add(name);
                }
            }
            for (Path job : entries(area.jobs())) {
                // a job may have begun since the records were listed; its record was there before its directory
                String name = String.valueOf(job.getFileName());
                if (!known.contains(name) && !judged(name, swept)) {
                    attempt(() -> judgeWithoutRecord(job, swept), job, swept);
                }
            }
            sweepTrash(swept);
            if (!dryRun) {
                area.removeIfEmpty();
            }
        } catch (BadSite e) { // somebody else's by that name; root, above all, has others to sweep for
            swept.failures().add(e);
        } catch (NoSuchFileException e) {
            return swept; // the user's last job ended at this moment and took the area away
        } catch (IOException e) {
            throw new NodeFault("cannot sweep `" + area.jobs() + "`", e);
        }
        return swept;
    }

    /** Looks twice, at all of them together. */
    private void findForgotten() throws IOException {
        Set<String> missing = new HashSet<>();
        for (String name : records.names()) {
            if (isMissing(name)) {
                missing.add(name);
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        try {
            Thread.sleep(BETWEEN_LOOKS.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        for (String name : List.copyOf(missing)) {
            if (!isMissing(name)) {
                missing.remove(name);
            }
        }
        forgotten = missing;
    }

    private boolean isMissing(String name) throws IOException {
        return records.read(name)
                .flatMap(JobRecord::spool)
                .filter(ExecdSpool::lacks)
                .isPresent();
    }

    private boolean isOver(JobRecord record) throws IOException {
        if (record.spool().isEmpty()) {
            return record.owner().provenDead();
        }
        return forgotten.contains(record.name()) || !record.owner().bootId().equals(ProcessIdentity.currentBoot());
    }

    /** Judges a job by its record; false when that tells nothing. What fails with one job is no reason to keep others. */
    private boolean judged(String name, Swept swept) {
        Path file = area.records().resolve(name);
        try {
            Optional<JobRecord> record = records.read(name);
            boolean foreign = record.isEmpty() && records.isForeign(name);
            if (record.isPresent()) {
                attempt(() -> judge(record.get(), swept), file, swept);
            } else if (foreign) {
                swept.kept().add(holding(name, file));
                swept.failures().add(RecordedJobs.foreign(file));
            } else if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                attempt(() -> judgeUnreadable(name, swept), file, swept);
            }
            return record.isPresent() || foreign;
        } catch (IOException e) {
            swept.failures().add(notJudged(file, e));
            return true;
        }
    }

    private void judge(JobRecord record, Swept swept) throws IOException, NodeFault {
        boolean over = record.node().equals(node) && isOver(record);
        settle(holding(record.name(), record.directory()), over, () -> strike.sweep(record), swept);
    }

    /** A record that its writer did not finish names no directory: none was made before it was whole. */
    private void judgeUnreadable(String name, Swept swept) throws IOException, NodeFault {
        Holding held = holding(name, area.records().resolve(name));
        settle(held, LocalName.provenDead(name), () -> records.delete(name), swept);
    }

    private void judgeWithoutRecord(Path job, Swept swept) throws IOException, NodeFault {
        if (Files.exists(job, LinkOption.NOFOLLOW_LINKS)) { // else it was struck since it was listed
            String name = String.valueOf(job.getFileName());
            settle(holding(name, job), LocalName.provenDead(name), () -> delete(job, swept), swept);
        }
    }

    /** What is over goes, but in a dry run; the rest is kept. */
    private void settle(Holding held, boolean over, Part deletion, Swept swept) throws IOException, NodeFault {
        (over ? swept.struck() : swept.kept()).add(held);
        if (over && !dryRun) {
            deletion.run();
        }
    }

    private Holding holding(String name, Path path) {
        return Holding.of(
                name,
                Integer.toUnsignedLong(area.user().uid()),
                path,
                area.records().resolve(name),
                path);
    }

    /** One job's part of the sweep. */
    @FunctionalInterface
    private interface Part {
        void run() throws IOException, NodeFault;
    }

    private static void attempt(Part part, Path file, Swept swept) {
        try {
            part.run();
        } catch (NodeFault e) {
            swept.failures().add(e);
        } catch (IOException e) {
            swept.failures().add(notJudged(file, e));
        }
    }

    private static NodeFault notJudged(Path file, IOException cause) {
        return new NodeFault("cannot judge `" + file + "`, left for the next sweep", cause);
    }

    /** What lies in the trash is nobody's any more; whoever is deleting it at this moment will not mind the help. */
    private void sweepTrash(Swept swept) throws IOException, NodeFault {
        for (Path tree : entries(area.trash())) {
            settle(holding(String.valueOf(tree.getFileName()), tree), true, () -> delete(tree, swept), swept);
        }
    }

    private static void delete(Path tree, Swept swept) {
        try {
            FileTree.delete(tree);
        } catch (IOException e) {
            swept.failures().add(new NodeFault("cannot strike `" + tree + "`, left for the next sweep", e));
        }
    }

    private static List<Path> entries(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return entries;
    }
}
