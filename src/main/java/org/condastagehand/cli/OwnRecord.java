package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.Host;
import org.condastagehand.host.ProcessIdentity;
import org.condastagehand.host.StagingException;
import org.condastagehand.job.JobDirectory;
import org.condastagehand.job.JobRecord;
import org.condastagehand.job.RecordStore;

/**
 * Under Grid Engine's hooks that run as the user root keeps no record of the job: the user does, of the job's TMPDIR, so
 * that {@code status} and a sweep know it. By the death of the shepherd execd, too, knows that a job is over. The epilog's
 * shell deletes the record, by its name.
 */
final class OwnRecord {
    /** What the prolog's shell says where no root has a record: the shepherd's process. */
    private static final String SHEPHERD = "CONDA_STAGE_SHEPHERD";

    /** What the names of records end in that a rank's staging has left. */
    private static final String RANK = ".rank";

    private OwnRecord() {}

    /** Writes it. A node without a local root has no sweep either, and the job is staged all the same. */
    static void keep(Host host, Site site, Path tmpdir) {
        Optional<String> number = host.variable(SHEPHERD).filter(text -> text.matches("[0-9]{1,10}"));
        if (number.isEmpty()) {
            return;
        }
        try {
            Optional<ProcessIdentity> shepherd = ProcessIdentity.of(Long.parseLong(number.get()));
            if (shepherd.isPresent()) {
                JobDirectory.recordIn(site.area(host), record(host, site, tmpdir, shepherd.get(), ".sge"));
            }
        } catch (IOException | StagingException e) {
            // as above
        }
    }

    /**
     * The same on a host where the job has no prolog and no shepherd of its own: each of its tasks has one, and the job
     * goes on when a task has ended. So execd's directory of the job tells whether it is over. When no task is running
     * execd removes TMPDIR, and makes another for the next task: the record of the last one is enough.
     */
    static void keepForRank(Host host, Site site, Path tmpdir) {
        Optional<Path> spool = host.variable("SGE_JOB_SPOOL_DIR").map(Path::of);
        if (spool.isEmpty()) {
            return;
        }
        try {
            JobRecord record =
                    record(host, site, tmpdir, ProcessIdentity.self(), RANK).withSpool(spool.get());
            RecordStore records = JobDirectory.recordIn(site.area(host), record);
            for (String name : records.names()) {
                boolean earlier = name.endsWith(RANK) && !name.equals(record.name());
                if (earlier
                        && records.read(name)
                                .filter(it -> it.directory().equals(tmpdir))
                                .isPresent()) {
                    records.delete(name);
                }
            }
        } catch (IOException | StagingException e) {
            // as above
        }
    }

    private static JobRecord record(Host host, Site site, Path tmpdir, ProcessIdentity owner, String kind)
            throws IOException {
        return new JobRecord(
                "local-" + owner.pid() + "." + owner.startTime() + kind,
                site.node(),
                host.user(),
                tmpdir,
                Optional.of(FileTree.identity(tmpdir)),
                owner);
    }
}
