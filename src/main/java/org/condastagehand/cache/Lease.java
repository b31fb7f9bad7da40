package org.condastagehand.cache;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.ProcessIdentity;

/**
 * That a job may see an entry. It lives as long as the job's directory, so what strikes that ends the lease too; its file,
 * {@code KEY/JOB@RANDOM}, is only how the cache knows where to look: a name that never comes again, so that who has seen it
 * dead may delete it. A symlink, for in the site's area it is any user's to make, and reading a link is over at once.
 *
 * @param job the job's directory
 * @param identity of that directory, for another job may have its name later
 * @param disk st_dev of what holds the jobs' directories: when that is away, so are they, and nothing is proven
 * @param boot in which these numbers count; no job outlives it
 */
record Lease(Path job, String identity, long disk, String boot) {
    private static final int PARTS = 4;

    /** Where a lease is, whatever it says. */
    record Name(Path file) {
        boolean isOf(Path job) {
            return String.valueOf(file.getFileName()).startsWith(job.getFileName() + "@");
        }
    }

    /**
     * Writes it. What the job is to see of the entry comes after that, and so does the last look whether the entry is there.
     *
     * @throws NoSuchFileException when there is no such entry
     */
    static Path write(CacheArea area, String key, Path job) throws IOException {
        String text = String.join(
                " ",
                ProcessIdentity.currentBoot(),
                Long.toString(disk(job.resolveSibling("."))),
                FileTree.identity(job),
                job.toString());
        String name = job.getFileName() + "@"
                + Long.toHexString(ThreadLocalRandom.current().nextLong());
        return Files.createSymbolicLink(area.leases().resolve(key).resolve(name), Path.of(text));
    }

    /** What is done with each. */
    @FunctionalInterface
    interface Visitor {
        void visit(Name lease) throws IOException;
    }

    static void visit(CacheArea area, Visitor visitor) throws IOException {
        for (Path entry : CacheArea.in(area.leases())) {
            String key = String.valueOf(entry.getFileName());
            if (EntryKey.isOne(key)) {
                visit(area, key, visitor);
            }
        }
    }

    /**
     * Those of an entry, one at a time: in the site's area anybody may put there as much as the disk takes. What is no lease is
     * that user's litter.
     */
    static void visit(CacheArea area, String key, Visitor visitor) throws IOException {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(area.leases().resolve(key), Files::isSymbolicLink)) {
            for (Path file : files) {
                visitor.visit(new Name(file));
            }
        } catch (NoSuchFileException e) {
            // nobody has leased it
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** Empty for what is no lease. */
    static Optional<Lease> read(Path file) throws IOException {
        try {
            String[] parts = Files.readSymbolicLink(file).toString().split(" ", PARTS);
            return parts.length == PARTS
                    ? Optional.of(new Lease(Path.of(parts[3]), parts[2], Long.parseLong(parts[1]), parts[0]))
                    : Optional.empty();
        } catch (NoSuchFileException | NotLinkException e) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether a job may see an entry by what is in a file. */
    static boolean mayLive(Path file) throws IOException {
        Optional<Lease> lease = read(file);
        return lease.isPresent() && lease.get().mayLive();
    }

    private boolean mayLive() throws IOException {
        if (!boot.equals(ProcessIdentity.currentBoot())) {
            return false;
        }
        try {
            return identity.equals(FileTree.identity(job)) || isAway();
        } catch (NoSuchFileException e) {
            return isAway();
        } catch (IOException e) {
            return true; // who may not look has no proof that it is dead
        }
    }

    private boolean isAway() {
        Path jobs = job.resolveSibling(".");
        try {
            return !Files.isDirectory(jobs, LinkOption.NOFOLLOW_LINKS) || disk(jobs) != disk;
        } catch (IOException e) {
            return true; // it has gone between the two looks
        }
    }

    private static long disk(Path directory) throws IOException {
        return (long) Files.getAttribute(directory, "unix:dev");
    }
}
