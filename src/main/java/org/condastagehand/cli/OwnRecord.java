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

/**
 * Under Grid Engine's hooks that run as the user root keeps no record of the job: the user does, of the job's TMPDIR, so
 * that {@code status} and a sweep know it. By the death of the shepherd execd, too, knows that a job is over. The epilog's
 * shell deletes the record, by its name.
 */
final class OwnRecord {
    /** What the prolog's shell says where no root has a record: the shepherd's process. */
    private static final String SHEPHERD = "CONDA_STAGE_SHEPHERD";

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
                ProcessIdentity owner = shepherd.get();
                JobRecord record = new JobRecord(
                        "local-" + owner.pid() + "." + owner.startTime() + ".sge",
                        site.node(),
                        host.user(),
                        tmpdir,
                        Optional.of(FileTree.identity(tmpdir)),
                        owner);
                JobDirectory.recordIn(site.area(host), record);
            }
        } catch (IOException | StagingException e) {
            // as above
        }
    }
}
