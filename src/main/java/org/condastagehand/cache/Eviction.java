package org.condastagehand.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.condastagehand.host.FileTree;

/** Takes entries away by least recent use, and never one that a job may see. */
final class Eviction {
    private final CacheArea area;
    private final CacheLimits limits;
    private final Clock clock;

    Eviction(CacheArea area, CacheLimits limits, Clock clock) {
        this.area = area;
        this.limits = limits;
        this.clock = clock;
    }

    /** All whole entries, the one that was leased last at the end. */
    List<CachedEnv> entries() throws IOException {
        List<Lease> leases = leases();
        List<CachedEnv> entries = new ArrayList<>();
        for (Path path : CacheArea.in(area.root())) {
            String key = String.valueOf(path.getFileName());
            if (EntryKey.isOne(key)) {
                entry(key, leases).ifPresent(entries::add);
            }
        }
        entries.sort(Comparator.comparing(CachedEnv::lastLease));
        return entries;
    }

    private Optional<CachedEnv> entry(String key, List<Lease> leases) throws IOException {
        Path file = area.notes().resolve(key);
        try {
            Optional<EntryNote> note = EntryNote.read(file);
            Instant lastLease = Files.getLastModifiedTime(file).toInstant();
            int living = (int) leases.stream().filter(lease -> lease.isOf(key)).count();
            return note.map(known -> new CachedEnv(
                    key, area.entry(key), known.name(), known.source(), known.bytes(), lastLease, living));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Those that may live. */
    private List<Lease> leases() throws IOException {
        List<Lease> living = new ArrayList<>();
        for (Path file : Lease.files(area)) {
            Optional<Lease> lease = Lease.read(file);
            if (lease.isPresent() && lease.get().mayLive(area)) {
                living.add(lease.get());
            }
        }
        return living;
    }

    /** Evicts until the limits hold; what it evicted, or would. */
    List<CachedEnv> makeRoom(boolean dryRun) throws IOException {
        List<CachedEnv> all = entries();
        long size = all.stream().mapToLong(CachedEnv::bytes).sum();
        List<CachedEnv> evicted = new ArrayList<>();
        for (CachedEnv entry : all) {
            boolean old = entry.lastLease().plus(limits.maxAge()).isBefore(clock.instant());
            boolean wanted = old || size > limits.maxSize() || free() < limits.minFree();
            if (wanted && entry.leases() == 0 && (dryRun || evict(entry.key()))) {
                size -= entry.bytes();
                evicted.add(entry);
            }
        }
        return evicted;
    }

    private long free() throws IOException {
        return Files.getFileStore(area.root()).getUsableSpace();
    }

    boolean isLeased(String key) throws IOException {
        return leases().stream().anyMatch(lease -> lease.isOf(key));
    }

    /** False when a job was about to lease it. */
    boolean evict(String key) throws IOException {
        Optional<EntryLock> taken = EntryLock.tryTake(area, key);
        if (taken.isEmpty()) {
            return false;
        }
        try (EntryLock lock = taken.get()) {
            if (isLeased(key)) {
                return false;
            }
            remove(key);
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

    /** Takes away what lies under a key, whole or not, for whoever has its lock. Leases of dead jobs go too. */
    void remove(String key) throws IOException {
        Files.deleteIfExists(area.notes().resolve(key));
        for (Path file : Lease.files(area)) {
            if (String.valueOf(file.getFileName()).startsWith(key + ".")) {
                Files.deleteIfExists(file);
            }
        }
        for (Path tree : List.of(area.entry(key), area.work(key))) {
            if (Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
                Files.setPosixFilePermissions(
                        tree, PosixFilePermissions.fromString("rwx------")); // else it cannot be moved
                Path trash = area.trash()
                        .resolve(Long.toHexString(ThreadLocalRandom.current().nextLong()));
                Files.move(tree, trash, StandardCopyOption.ATOMIC_MOVE);
                delete(trash);
            }
        }
    }
}
