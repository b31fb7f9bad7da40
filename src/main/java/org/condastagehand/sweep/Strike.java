package org.condastagehand.sweep;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.ProcessIdentity;
import org.condastagehand.host.StagingException;
import org.condastagehand.job.JobArea;
import org.condastagehand.job.JobRecord;
import org.condastagehand.job.Receipt;
import org.condastagehand.job.RecordStore;

/**
 * Takes a job's directory off the node. A rename to the trash decides: from then on nothing can be made in it under the
 * paths that the job and the stager know. What is deleted is the directory that the record names, and no other.
 */
public final class Strike {
    private static final int TRIES = 3;

    private final JobArea area;
    private final RecordStore records;

    public Strike(JobArea area) {
        this.area = area;
        this.records = new RecordStore(area);
    }

    /**
     * Strikes what the record names and then the record itself; nothing there is no error.
     *
     * @throws NodeFault something is left; the next sweep tries again
     */
    public void strike(JobRecord record) throws NodeFault {
        strike(record, true);
    }

    /** The same for a sweep, which empties the trash itself: to look for one job's part of it takes as long as it is large. */
    void sweep(JobRecord record) throws NodeFault {
        strike(record, false);
    }

    private void strike(JobRecord record, boolean earlierToo) throws NodeFault {
        try {
            if (area.jobs().equals(record.directory().getParent())) {
                Optional<Path> trash = toTrash(record);
                if (trash.isPresent()) {
                    delete(trash.get());
                }
                if (earlierToo) {
                    deleteEarlier(record.name());
                }
            } else {
                if (record.staged().isPresent()) { // first, while no other directory can have the inode that it names
                    Receipt.of(record.staged().get()).deleteIfStale();
                }
                strikeBeside(record);
            }
            records.delete(record.name());
            area.removeIfEmpty();
        } catch (IOException | StagingException e) {
            throw new NodeFault("cannot strike `" + record.directory() + "`, left for the next sweep", e);
        }
    }

    /** Strikes all that this very process recorded. */
    public void strikeOwn() throws NodeFault {
        try {
            ProcessIdentity self = ProcessIdentity.self();
            for (String name : records.names()) {
                Optional<JobRecord> record = records.read(name);
                if (record.isPresent() && record.get().owner().equals(self)) {
                    strike(record.get());
                }
            }
            area.removeIfEmpty();
        } catch (IOException e) {
            throw new NodeFault("cannot read the records of this job, left for the next sweep", e);
        }
    }

    /** Deletes what earlier strikes of the job did not finish. */
    private void deleteEarlier(String name) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(area.trash())) {
            for (Path entry : entries) {
                if (String.valueOf(entry.getFileName()).startsWith(name + ".struck-")) {
                    delete(entry);
                }
            }
        } catch (NoSuchFileException e) {
            // no area, or another strike took it away
        }
    }

    /** A directory outside the area has no trash on its file system; a name beside it, made from its own, has to do. */
    private static void strikeBeside(JobRecord record) throws IOException {
        Path directory = record.directory();
        Path struck = directory.resolveSibling(directory.getFileName() + ".struck");
        if (!isNamedByOwner(record)) {
            return;
        }
        if (isAway(record)) {
            throw new IOException("its disk is not there");
        }
        delete(struck);
        if (isTheRecorded(record)) {
            Files.move(directory, struck, StandardCopyOption.ATOMIC_MOVE);
            delete(struck);
        }
    }

    /** Where it lies then; nowhere when nothing of the job's was there. */
    private Optional<Path> toTrash(JobRecord record) throws IOException, StagingException {
        if (!isTheRecorded(record)) {
            return Optional.empty();
        }
        String unique = Long.toHexString(ThreadLocalRandom.current().nextLong());
        Path trash = area.trash().resolve(record.name() + ".struck-" + unique);
        for (int left = TRIES; ; left--) {
            try {
                move(record.directory(), trash);
                return Optional.of(trash);
            } catch (NoSuchFileException e) {
                if (!Files.exists(record.directory(), LinkOption.NOFOLLOW_LINKS)) {
                    return Optional.empty(); // another strike was faster
                }
                if (left == 1) {
                    throw e;
                }
                area.make(); // it is the trash that is missing
            }
        }
    }

    /** To move a directory elsewhere its owner must be able to write it, which a job may have changed. */
    private static void move(Path directory, Path trash) throws IOException {
        try {
            Files.move(directory, trash, StandardCopyOption.ATOMIC_MOVE);
        } catch (AccessDeniedException e) {
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            Files.move(directory, trash, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /**
     * Outside the jobs' area, where a directory's identity was not noted yet: somebody else's may stand under the name
     * that the record gives, unless that name is the owner's alone.
     */
    private static boolean isNamedByOwner(JobRecord record) {
        String unique = record.owner().pid() + "." + record.owner().startTime();
        return record.identity().isPresent()
                || String.valueOf(record.directory().getFileName()).endsWith("-" + unique);
    }

    /** Whether the directory is gone with its whole disk, which may come back: on one boot a disk keeps its number. */
    private static boolean isAway(JobRecord record) throws IOException {
        Path directory = record.directory();
        Path parent = directory.getParent();
        if (parent == null
                || record.identity().isEmpty()
                || Files.exists(directory, LinkOption.NOFOLLOW_LINKS)
                || !record.owner().bootId().equals(ProcessIdentity.currentBoot())) {
            return false;
        }
        String identity = record.identity().get();
        String disk = identity.substring(0, identity.indexOf(',') + 1);
        return !FileTree.identity(parent).startsWith(disk);
    }

    /** False when nothing is there, or when somebody put another directory in its place. */
    private static boolean isTheRecorded(JobRecord record) throws IOException {
        try {
            String found = FileTree.identity(record.directory());
            return record.identity().map(found::equals).orElse(true);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** A process of the job may still be writing: each look finds what the last one missed. */
    private static void delete(Path tree) throws IOException {
        for (int left = TRIES; ; left--) {
            try {
                FileTree.delete(tree);
                return;
            } catch (IOException e) {
                if (left == 1) {
                    throw e;
                }
            }
        }
    }
}
