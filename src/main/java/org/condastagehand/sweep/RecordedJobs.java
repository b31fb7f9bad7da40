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
import java.util.function.Predicate;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.ProcessIdentity;
import org.condastagehand.job.HookRecord;

/** Which of a scheduler's jobs that root's hooks recorded on this node are over, although no epilog has struck them. */
public final class RecordedJobs {
    /** Writing a record takes milliseconds; what is still unfinished after this has lost its writer. */
    private static final Duration UNFINISHED_FOR = Duration.ofHours(1);

    /**
     * What the records say.
     *
     * @param over jobs that are proven to be over
     * @param kept jobs that may be alive
     * @param unfinished files that nobody will finish
     * @param foreign records of another version, which are left for it
     */
    public record Judged(List<HookRecord> over, List<HookRecord> kept, List<Path> unfinished, List<Path> foreign) {}

    /** What is to be said of such a record. */
    public static NodeFault foreign(Path record) {
        return new NodeFault(
                "another version of conda-stagehand wrote `" + record + "`; it is left for that version's sweep");
    }

    /** What the scheduler knows at one moment; a job is over when it is certain, no answer is no proof. */
    @FunctionalInterface
    public interface Look {
        Predicate<HookRecord> over(List<HookRecord> suspects) throws NodeFault;
    }

    private final Path records;
    private final String node;
    private final Duration pause;

    /**
     * @param records root's directory of that name
     * @param pause between the two looks
     */
    public RecordedJobs(Path records, String node, Duration pause) {
        this.records = records;
        this.node = node;
        this.pause = pause;
    }

    /**
     * Judges the records of one scheduler. A job is over when the node has booted since, or when the scheduler says so
     * twice: it may be about to start, or see too little of a shared file system for a moment.
     *
     * @param prefix what the names of its records begin with
     */
    public Judged judge(String prefix, Look look) throws NodeFault {
        Judged judged = new Judged(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<HookRecord> suspects = new ArrayList<>();
        try {
            for (Path file : files(prefix)) {
                if (file.toString().endsWith(HookRecord.UNFINISHED)) {
                    if (isOld(file)) {
                        judged.unfinished().add(file);
                    }
                    continue;
                }
                Optional<HookRecord> found = HookRecord.read(file);
                if (found.isPresent()) {
                    HookRecord record = found.get();
                    boolean here = record.value("node").equals(node);
                    boolean before = !record.value("boot").equals(ProcessIdentity.currentBoot());
                    (here && before ? judged.over() : here ? suspects : judged.kept()).add(record);
                } else if (HookRecord.isForeign(file)) {
                    judged.foreign().add(file);
                }
            }
            judge(suspects, look, judged);
        } catch (IOException e) {
            throw new NodeFault("cannot judge the records in `" + records + "`", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeFault("interrupted", e);
        }
        return judged;
    }

    private void judge(List<HookRecord> suspects, Look look, Judged judged) throws NodeFault, InterruptedException {
        if (suspects.isEmpty()) {
            return;
        }
        Predicate<HookRecord> first = look.over(suspects);
        if (suspects.stream().anyMatch(first)) {
            Thread.sleep(pause.toMillis());
            Predicate<HookRecord> both = first.and(look.over(suspects));
            suspects.forEach(record -> (both.test(record) ? judged.over() : judged.kept()).add(record));
        } else {
            judged.kept().addAll(suspects);
        }
    }

    private List<Path> files(String prefix) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(records, prefix + "*")) {
            entries.forEach(files::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return files;
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
