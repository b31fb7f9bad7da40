package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.condastagehand.archive.PrefixRecord;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.StagingException;
import org.condastagehand.relocate.BinaryRelocation;
import org.condastagehand.relocate.Prefix;
import org.condastagehand.relocate.Relocation;
import org.condastagehand.relocate.Shebang;
import org.condastagehand.relocate.TextRelocation;

/** Relocates by records that are known before the first file is written, so that each is written once. */
final class RecordedRelocation implements ContentStep {
    private final Map<String, Set<PrefixRecord>> records = new HashMap<>();
    private final Prefix to;
    private final Space space;
    private final Set<String> applied = ConcurrentHashMap.newKeySet();
    private final Queue<FileEntry> scripts = new ConcurrentLinkedQueue<>();

    RecordedRelocation(List<PrefixRecord> records, Prefix to, Space space) {
        // in their order; the same one again changes nothing, and a million of them would take as many looks
        records.forEach(record -> this.records
                .computeIfAbsent(record.path(), path -> new LinkedHashSet<>())
                .add(record));
        this.to = to;
        this.space = space;
    }

    @Override
    public Optional<byte[]> inMemory(FileEntry entry, byte[] bytes, int from, int to) throws StagingException {
        if (entry.executable() && Shebang.concerns(bytes, from, to)) {
            scripts.add(entry);
        }
        Set<PrefixRecord> own = records.getOrDefault(entry.path(), Set.of());
        if (own.isEmpty()) {
            return Optional.empty();
        }
        byte[] content = Arrays.copyOfRange(bytes, from, to);
        for (PrefixRecord record : own) {
            Relocation relocation = relocation(record, this.to);
            space.grow(entry.path(), content.length, relocation.growth(content));
            Relocation.InMemory result = relocation.apply(content);
            requireRoom(record, this.to, result.outcome());
            content = result.content();
        }
        applied.add(entry.path());
        return Optional.of(content);
    }

    @Override
    public void onDisk(FileEntry entry, Path file) throws IOException, StagingException {
        for (PrefixRecord record : records.getOrDefault(entry.path(), Set.of())) {
            requireRoom(record, to, FileEdit.relocate(file, relocation(record, to), space));
            applied.add(entry.path());
        }
    }

    /** Executable files that begin with {@code #!}. */
    List<FileEntry> scripts() {
        return List.copyOf(scripts);
    }

    /** A record that no file's name took: it means a hard link's other name, or nothing that is there. */
    boolean isApplied(PrefixRecord record) {
        return applied.contains(record.path());
    }

    static Relocation relocation(PrefixRecord record, Prefix to) {
        return record.mode() == PrefixRecord.Mode.TEXT
                ? new TextRelocation(record.placeholder(), to)
                : new BinaryRelocation(record.placeholder(), to);
    }

    static void requireRoom(PrefixRecord record, Prefix to, Relocation.Outcome outcome) throws BadRequest {
        if (outcome == Relocation.Outcome.DOES_NOT_FIT) {
            throw new BadRequest("`" + record.path() + "` has room for a prefix of "
                    + record.placeholder().length() + " bytes, `" + to + "` has " + to.length());
        }
    }
}
