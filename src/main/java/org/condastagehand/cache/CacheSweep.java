package org.condastagehand.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.Exec;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;
import org.condastagehand.image.Fuse;

/** What becomes of one user's cache when no job is at it: what crashes left goes, and what is beyond the limits. */
public final class CacheSweep {
    private static final Duration LONGER_THAN_A_PROLOG = Duration.ofHours(1);

    private final CacheArea area;
    private final Eviction eviction;
    private final Clock clock;
    private final Durability durability;
    private final boolean dryRun;

    public CacheSweep(CacheArea area, CacheLimits limits, Clock clock, Exec exec, boolean dryRun) {
        this.area = area;
        this.eviction = new Eviction(area, limits, clock, new Fuse(exec));
        this.clock = clock;
        this.durability = new Durability(area, exec);
        this.dryRun = dryRun;
    }

    /**
     * What one sweep did, or would do.
     *
     * @param struck paths that are gone now
     * @param kept entries that stay
     * @param failures what is left for the next sweep
     */
    public record Swept(List<Path> struck, List<CachedEnv> kept, List<StagingException> failures) {}

    /** Goes through the whole cache; a user without one is no error. */
    public Swept sweep() throws StagingException {
        Swept swept = new Swept(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        if (!area.exists()) {
            return swept;
        }
        try {
            area.requireOwn();
            endLeases(swept);
            forgetWanted(swept);
            for (Path tree : CacheArea.in(area.trash())) {
                strike(tree, swept, () -> FileTree.delete(tree));
            }
            for (String key : unfinished()) {
                discard(key, swept);
            }
            strikeImages(swept);
            if (!dryRun) {
                durability.make();
                deleteIdleLocks();
            }
            swept.kept().addAll(eviction.entries());
            evict(swept);
        } catch (BadSite e) { // somebody else's by that name; root, above all, has others to sweep for
            swept.failures().add(e);
        } catch (NoSuchFileException e) {
            return swept; // another sweep of the user's
        } catch (IOException e) {
            throw new NodeFault("cannot sweep `" + area.root() + "`", e);
        }
        return swept;
    }

    private interface Deletion {
        void run() throws IOException;
    }

    private void strike(Path path, Swept swept, Deletion deletion) {
        try {
            if (!dryRun) {
                deletion.run();
            }
            swept.struck().add(path);
        } catch (IOException e) {
            swept.failures().add(new NodeFault("cannot strike `" + path + "`, left for the next sweep", e));
        }
    }

    private void endLeases(Swept swept) throws IOException {
        Lease.visit(area, lease -> {
            if (!Lease.mayLive(lease.file())) {
                strike(lease.file(), swept, () -> Files.deleteIfExists(lease.file()));
            }
        });
    }

    /** What a job wanted that has long gone on without it; a directory there is somebody's litter. */
    private void forgetWanted(Swept swept) throws IOException {
        Instant old = clock.instant().minus(LONGER_THAN_A_PROLOG);
        for (Path file : CacheArea.in(area.wanted())) {
            BasicFileAttributes found =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!found.isDirectory() && found.lastModifiedTime().toInstant().isBefore(old)) {
                strike(file, swept, () -> Files.deleteIfExists(file));
            }
        }
    }

    /** Keys of what was being filled, or has no note, or may have lost content with an earlier boot. */
    private List<String> unfinished() throws IOException {
        List<String> keys = new ArrayList<>();
        for (Path path : CacheArea.in(area.root())) {
            String name = String.valueOf(path.getFileName());
            String key = name.replaceFirst("^\\.", "").replaceFirst("\\.stage$", "");
            if (EntryKey.isOne(key) && (!name.equals(key) || !area.mayHave(key)) && !isOrdered(key)) {
                keys.add(key);
            }
        }
        return keys;
    }

    /** Whether root is about to mount it. */
    private boolean isOrdered(String key) throws IOException {
        try {
            FileTime ordered = Files.getLastModifiedTime(area.mounts().resolve(key), LinkOption.NOFOLLOW_LINKS);
            return ordered.toInstant().isAfter(clock.instant().minus(LONGER_THAN_A_PROLOG));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Copies of images whose entry has gone, or was never made. */
    private void strikeImages(Swept swept) throws IOException {
        for (Path copy : CacheArea.in(area.images())) {
            String key =
                    String.valueOf(copy.getFileName()).replaceFirst("^\\.", "").replaceFirst("\\.new$", "");
            Optional<EntryLock> taken = EntryKey.isOne(key) ? EntryLock.tryTake(area, key) : Optional.empty();
            if (taken.isPresent()) {
                try (EntryLock lock = taken.get()) {
                    if (!copy.endsWith(key) || isFree(key)) {
                        strike(copy, swept, () -> Files.deleteIfExists(copy));
                    }
                }
            }
        }
    }

    /** Unless a job is filling it at this moment, or sees it. */
    private void discard(String key, Swept swept) throws IOException {
        Optional<EntryLock> taken = EntryLock.tryTake(area, key);
        if (taken.isEmpty()) {
            return;
        }
        try (EntryLock lock = taken.get()) {
            boolean nothingButWork = area.mayHave(key);
            if (nothingButWork) {
                strike(area.work(key), swept, () -> FileTree.delete(area.work(key)));
            } else if (!eviction.isLeased(key)) {
                boolean work = Files.exists(area.work(key), LinkOption.NOFOLLOW_LINKS)
                        && !Files.exists(area.entry(key), LinkOption.NOFOLLOW_LINKS);
                Path shown = work ? area.work(key) : area.entry(key);
                strike(shown, swept, () -> {
                    if (!eviction.remove(key)) {
                        throw new IOException("somebody uses it");
                    }
                });
            }
        }
    }

    /** Locks of what could not be staged, or was evicted from under its name. */
    private void deleteIdleLocks() throws IOException {
        for (Path file : CacheArea.in(area.locks())) {
            String key = String.valueOf(file.getFileName());
            Optional<EntryLock> taken = isFree(key) ? EntryLock.tryTake(area, key) : Optional.empty();
            if (taken.isPresent()) {
                try (EntryLock lock = taken.get()) {
                    if (isFree(key)) {
                        lock.deleteFile();
                    }
                }
            }
        }
    }

    private boolean isFree(String key) throws IOException {
        return Fuse.state(area.entry(key)) == Fuse.State.NOTHING
                && !Files.exists(area.entry(key), LinkOption.NOFOLLOW_LINKS)
                && !Files.exists(area.work(key), LinkOption.NOFOLLOW_LINKS);
    }

    private void evict(Swept swept) throws IOException {
        List<CachedEnv> evicted = eviction.makeRoom(dryRun);
        swept.kept().removeAll(evicted);
        evicted.forEach(entry -> swept.struck().add(entry.path()));
    }
}
