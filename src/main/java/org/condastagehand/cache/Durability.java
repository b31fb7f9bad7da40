package org.condastagehand.cache;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.condastagehand.host.Exec;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.ProcessIdentity;

/** An entry outlives a crash of its node only if all of it was on the disk before: the sweep sees to that, for it may wait. */
final class Durability {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final CacheArea area;
    private final Exec exec;

    Durability(CacheArea area, Exec exec) {
        this.area = area;
        this.exec = exec;
    }

    /** Makes durable what was staged since this boot. */
    void make() throws IOException, NodeFault {
        Map<Path, EntryNote> notes = new TreeMap<>();
        for (Path file : CacheArea.in(area.notes())) {
            if (!EntryKey.isOne(String.valueOf(file.getFileName()))) {
                continue; // hidden or half-written
            }
            Optional<EntryNote> note = EntryNote.read(file);
            if (note.isPresent()
                    && note.get().census().isEmpty()
                    && note.get().boot().equals(ProcessIdentity.currentBoot())) {
                notes.put(file, note.get());
            }
        }
        if (!notes.isEmpty()
                && exec.run(List.of("/bin/sync", "-f", area.root().toString()), LIMIT)
                                .status()
                        == 0) {
            for (Map.Entry<Path, EntryNote> synced : notes.entrySet()) {
                markDurable(synced.getKey(), synced.getValue());
            }
        }
    }

    /** Unless another entry has taken its place since it was synced. What cannot be read is {@code status --verify}'s to tell. */
    private void markDurable(Path file, EntryNote synced) throws IOException {
        String key = String.valueOf(file.getFileName());
        String everything;
        try {
            everything = Census.of(synced.content(area.entry(key))).text(); // before the lock, for it takes seconds
        } catch (IOException e) {
            return;
        }
        Optional<EntryLock> taken = EntryLock.tryTake(area, key);
        if (taken.isEmpty()) {
            return;
        }
        try (EntryLock lock = taken.get()) {
            if (EntryNote.read(file).equals(Optional.of(synced))) {
                synced.madeDurable(everything).write(file);
            }
        }
    }
}
