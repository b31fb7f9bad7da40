package org.condastagehand.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.ProcessIdentity;

/**
 * That a job sees an entry: {@code envs/NAME} in its directory is a link to it. The lease lives as long as that link, so
 * what strikes the job's directory ends it too; its file is only how the cache knows where to look.
 *
 * @param file {@code KEY.JOB}
 * @param link the job's
 * @param disk st_dev of what holds the jobs' directories: when that is away, so is the link, and nothing is proven
 * @param boot in which that number counts
 */
record Lease(Path file, Path link, long disk, String boot) {
    /** From a job's directory to the link: {@code conda-stage/envs/NAME}. */
    private static final int BELOW_JOB = 3;

    /** Writes the file; the link is the caller's to make, under the entry's lock. */
    static void write(CacheArea area, String key, Path link) throws IOException {
        Path job = job(link);
        String text = String.join(
                "\n", Long.toString(disk(job.resolveSibling("."))), ProcessIdentity.currentBoot(), link.toString());
        Files.writeString(area.leases().resolve(key + "." + job.getFileName()), text);
    }

    static List<Path> files(CacheArea area) throws IOException {
        return CacheArea.in(area.leases());
    }

    /** Empty for what is no lease, or not a whole one: its writer died before it had made its link. */
    static Optional<Lease> read(Path file) throws IOException {
        try {
            String[] parts = Files.readString(file).split("\n", BELOW_JOB);
            return parts.length == BELOW_JOB
                    ? Optional.of(new Lease(file, Path.of(parts[2]), Long.parseLong(parts[0]), parts[1]))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    boolean isOf(String key) {
        return String.valueOf(file.getFileName()).startsWith(key + ".");
    }

    /** Whether the job may still see the entry. */
    boolean mayLive(CacheArea area) throws IOException {
        String name = String.valueOf(file.getFileName());
        Path entry = area.entry(name.substring(0, Math.max(0, name.indexOf('.'))));
        if (Files.isSymbolicLink(link)) {
            return Files.readSymbolicLink(link).equals(entry);
        }
        return boot.equals(ProcessIdentity.currentBoot()) && isAway();
    }

    private boolean isAway() throws IOException {
        Path jobs = job(link).resolveSibling(".");
        return !Files.isDirectory(jobs, LinkOption.NOFOLLOW_LINKS) || disk(jobs) != disk;
    }

    private static long disk(Path directory) throws IOException {
        return (long) Files.getAttribute(directory, "unix:dev");
    }

    private static Path job(Path link) {
        Path job = link;
        for (int up = 0; up < BELOW_JOB; up++) {
            Path parent = job.getParent();
            if (parent == null || parent.getFileName() == null) {
                throw new IllegalArgumentException("no link in a job's directory: `" + link + "`");
            }
            job = parent;
        }
        return job;
    }
}
