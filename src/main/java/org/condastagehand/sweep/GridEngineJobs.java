package org.condastagehand.sweep;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.ProcessIdentity;
import org.condastagehand.job.HookRecord;

/** Which of the Grid Engine jobs that root's hooks recorded on this node are over, although no epilog has struck them. */
public final class GridEngineJobs {
    /** Writing a record takes milliseconds; what is still unfinished after this has lost its writer. */
    private static final Duration UNFINISHED_FOR = Duration.ofHours(1);

    /**
     * What the records say.
     *
     * @param over jobs that are proven to be over
     * @param kept jobs that may be alive
     * @param unfinished names of files that nobody will finish
     */
    public record Judged(List<HookRecord> over, List<HookRecord> kept, List<String> unfinished) {}

    private final Path records;
    private final String node;
    private final Duration pause;

    /**
     * @param records root's directory of that name
     * @param pause between the two looks
     */
    public GridEngineJobs(Path records, String node, Duration pause) {
        this.records = records;
        this.node = node;
        this.pause = pause;
    }

    /**
     * Judges all records. The proof that a job is over is another boot, or that execd's spool can be read and has no
     * directory for it, twice: a spool on a shared file system may for a moment show too little.
     */
    public Judged judge() throws NodeFault {
        Judged judged = new Judged(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<HookRecord> suspects = new ArrayList<>();
        try {
            for (String name : names()) {
                Path file = records.resolve(name);
                if (name.endsWith(HookRecord.UNFINISHED)) {
                    if (isOld(file)) {
                        judged.unfinished().add(name);
                    }
                    continue;
                }
                Optional<HookRecord> record = HookRecord.read(file);
                if (record.isPresent()) {
                    (looksOver(record.get()) ? suspects : judged.kept()).add(record.get());
                }
            }
            if (!suspects.isEmpty()) {
                Thread.sleep(pause.toMillis());
            }
            for (HookRecord suspect : suspects) {
                (looksOver(suspect) ? judged.over() : judged.kept()).add(suspect);
            }
        } catch (IOException e) {
            throw new NodeFault("cannot judge the records in `" + records + "`", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeFault("interrupted", e);
        }
        return judged;
    }

    private boolean looksOver(HookRecord record) throws IOException {
        if (!record.node().equals(node)) {
            return false;
        }
        if (!record.boot().equals(ProcessIdentity.currentBoot())) {
            return true;
        }
        Path activeJobs = record.spool().getParent();
        if (activeJobs == null) {
            return false;
        }
        try (DirectoryStream<Path> jobs = Files.newDirectoryStream(activeJobs)) {
            for (Path job : jobs) {
                if (job.equals(record.spool())) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false; // no answer is no proof
        }
    }

    private List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(records, HookRecord.GRID_ENGINE + "*")) {
            files.forEach(file -> names.add(String.valueOf(file.getFileName())));
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return names;
    }

    private static boolean isOld(Path file) throws IOException {
        try {
            Instant written =
                    Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
            return written.plus(UNFINISHED_FOR).isBefore(Instant.now());
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
