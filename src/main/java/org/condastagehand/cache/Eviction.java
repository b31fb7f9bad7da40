package org.condastagehand.cache;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.NodeFault;
import org.condastagehand.image.Fuse;

/** Takes entries away by least recent use, and never one that a job may see. */
final class Eviction {
    private static final int MOVABLE = 0700; // a directory that its owner may not write cannot be moved

    private final CacheArea area;
    private final CacheLimits limits;
    private final Clock clock;
    private final Fuse fuse;

    Eviction(CacheArea area, CacheLimits limits, Clock clock, Fuse fuse) {
        this.area = area;
        this.fuse = fuse;
        this.limits = limits;
        this.clock = clock;
    }

    /** All whole entries, the one that was used last at the end. */
    List<CachedEnv> entries() throws IOException {
        List<CachedEnv> entries = new ArrayList<>();
        for (Path path : CacheArea.in(area.root())) {
            String key = String.valueOf(path.getFileName());
            if (EntryKey.isOne(key)) {
                entry(key).ifPresent(entries::add);
            }
        }
        entries.sort(Comparator.comparing(CachedEnv::lastUse));
        return entries;
    }

    private Optional<CachedEnv> entry(String key) throws IOException {
        Optional<EntryNote> note = EntryNote.read(area.notes().resolve(key));
        if (note.isEmpty()) {
            return Optional.empty();
        }
        EntryNote known = note.get();
        return Optional.of(new CachedEnv(key, area.entry(key), known.name(), known.bytes(), lastUse(key), leases(key)));
    }

    /** When a job last came or went. */
    private Instant lastUse(String key) throws IOException {
        try {
            return Files.getLastModifiedTime(area.leases().resolve(key)).toInstant();
        } catch (NoSuchFileException e) {
            return Instant.EPOCH;
        }
    }

    private int leases(String key) throws IOException {
        int[] living = {0};
        Lease.visit(area, key, lease -> living[0] += Lease.mayLive(lease.file()) ? 1 : 0);
        return living[0];
    }

    /** Evicts until the limits hold; what it evicted, or would. */
    List<CachedEnv> makeRoom(boolean dryRun) throws IOException {
        List<CachedEnv> all = entries();
        long size = all.stream().mapToLong(CachedEnv::bytes).sum();
        long later = 0;
        List<CachedEnv> evicted = new ArrayList<>();
        for (CachedEnv entry : all) {
            boolean old = entry.lastUse().plus(limits.maxAge()).isBefore(clock.instant());
            boolean wanted = old || size > limits.maxSize() || free() + later < limits.minFree();
            boolean roots = Files.isSymbolicLink(entry.path()); // which root's sweep unmounts and deletes
            if (wanted && entry.leases() == 0 && (dryRun || evict(entry.key()))) {
                size -= entry.bytes();
                later += roots || dryRun ? entry.bytes() : 0;
                evicted.add(entry);
            }
        }
        return evicted;
    }

    private long free() throws IOException {
        return Files.getFileStore(area.root()).getUsableSpace();
    }

    boolean isLeased(String key) throws IOException {
        return leases(key) > 0;
    }

    /** False when a job was about to lease it. */
    boolean evict(String key) throws IOException {
        Optional<EntryLock> taken = EntryLock.tryTake(area, key);
        if (taken.isEmpty()) {
            return false;
        }
        try (EntryLock lock = taken.get()) {
            if (!remove(key)) {
                return false;
            }
            lock.deleteFile();
            return true;
        }
    }

    /** What cannot go now lies in the trash, for the sweep. */
    private static void delete(Path trash) {
        try {
            FileTree.delete(trash);
        } catch (IOException e) {
            return;
        }
    }

    /**
     * Takes away what lies under a key, whole or not, for whoever has its lock; leases of dead jobs too.
     *
     * @return false when a job may see it: then all is as it was
     */
    boolean remove(String key) throws IOException {
        boolean mounted =
                Fuse.state(area.entry(key)) != Fuse.State.NOTHING; // one whose server has died cannot even be looked at
        if (mounted || Files.exists(area.entry(key), LinkOption.NOFOLLOW_LINKS)) {
            // a job takes no lock in the site's area, lest it could keep all others waiting. It writes its lease, then
            // looks for the entry's note. So the note goes first, and who then sees no lease was in time
            Path note = area.notes().resolve(key);
            Path hidden = note.resolveSibling("." + key + ".hidden");
            boolean isHidden = !isLeased(key) && rename(note, hidden);
            if (isLeased(key) || !isUnmounted(key)) {
                if (isHidden) {
                    rename(hidden, note);
                }
                return false;
            }
            Files.deleteIfExists(hidden);
        }
        Lease.visit(area, key, lease -> deleteIfPossible(lease.file()));
        deleteIfPossible(area.leases().resolve(key));
        discard(area.entry(key));
        discard(area.work(key));
        Files.deleteIfExists(area.images().resolve(key));
        Files.deleteIfExists(area.mounts().resolve(key));
        return true;
    }

    /** False while somebody uses it who has no lease. What root has mounted it unmounts when the link to it has gone. */
    private boolean isUnmounted(String key) throws IOException {
        try {
            fuse.unmount(area.entry(key));
            return true;
        } catch (NodeFault e) {
            return false;
        }
    }

    private static boolean rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private void discard(Path tree) throws IOException {
        if (Files.isSymbolicLink(tree)) {
            Files.delete(tree);
        } else if (Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            Files.setAttribute(tree, "unix:mode", MOVABLE);
            Path trash = area.trash()
                    .resolve(Long.toHexString(ThreadLocalRandom.current().nextLong()));
            Files.move(tree, trash, StandardCopyOption.ATOMIC_MOVE);
            delete(trash);
        }
    }

    /** A job that has just come looks for the entry next, does not find it, and ends its lease. */
    private static void deleteIfPossible(Path path) throws IOException {
        try {
            Files.deleteIfExists(path);
        } catch (DirectoryNotEmptyException e) {
            // of that job, or somebody's litter
        }
    }
}
