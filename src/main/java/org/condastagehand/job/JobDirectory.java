package org.condastagehand.job;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.PrivateDirectory;
import org.condastagehand.host.ProcessIdentity;
import org.condastagehand.host.StagingException;
import org.condastagehand.host.User;

/**
 * A job's own directory on local disk, which is its TMPDIR.
 *
 * <pre>
 * DIR/                      0700
 *   conda-stage/            activation scripts
 *     envs/NAME/            the environment
 *     envs/.NAME.stage/     being filled
 * </pre>
 */
public final class JobDirectory {
    private final Path path;

    private JobDirectory(Path path) {
        this.path = path;
    }

    public Path path() {
        return path;
    }

    /** Holds the activation scripts and {@link #envs()}. */
    public Path stage() {
        return path.resolve("conda-stage");
    }

    public Path envs() {
        return stage().resolve("envs");
    }

    /** The directory that a scheduler made for its job, in which the hook's shell has made {@code conda-stage}. */
    public static JobDirectory in(Path tmpdir) throws NodeFault {
        JobDirectory job = new JobDirectory(tmpdir);
        try {
            PrivateDirectory.makeNew(job.envs());
            return job;
        } catch (IOException e) {
            throw new NodeFault("cannot make `" + job.envs() + "`", e);
        }
    }

    /** Writes the record, then makes the directory that it names, then notes which directory that became. */
    public static JobDirectory make(JobArea area, String node, User user) throws StagingException {
        try {
            ProcessIdentity owner = ProcessIdentity.self();
            // after a boot, a process may have the pid and the start time of one whose directory is still there
            String unique = Integer.toHexString(ThreadLocalRandom.current().nextInt());
            String name = "local-" + owner.pid() + "." + owner.startTime() + "." + unique;
            JobRecord record = new JobRecord(name, node, user, area.jobs().resolve(name), Optional.empty(), owner);
            RecordStore store = recordIn(area, record);
            JobDirectory job = new JobDirectory(record.directory());
            makeTop(area, job.path());
            store.write(record.withIdentity(FileTree.identity(job.path())));
            PrivateDirectory.makeNew(job.stage());
            PrivateDirectory.makeNew(job.envs());
            return job;
        } catch (IOException e) {
            throw new NodeFault("cannot make a directory for the job in `" + area.jobs() + "`", e);
        }
    }

    /** Writes a first record; another job of the user, ending at this moment, may take the empty area away. */
    public static RecordStore recordIn(JobArea area, JobRecord record) throws IOException, StagingException {
        RecordStore store = new RecordStore(area);
        for (int left = JobArea.TRIES; ; left--) {
            area.make();
            try {
                store.write(record);
                area.make();
                return store;
            } catch (NoSuchFileException e) {
                if (left == 0) {
                    throw e;
                }
            }
        }
    }

    /** Who began to take an empty area away before the record was there may still take away what holds the jobs. */
    private static void makeTop(JobArea area, Path top) throws IOException, StagingException {
        for (int left = JobArea.TRIES; ; left--) {
            try {
                PrivateDirectory.makeNew(top);
                return;
            } catch (NoSuchFileException e) {
                if (left == 0) {
                    throw e;
                }
                area.make();
            }
        }
    }
}
