package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.condastagehand.archive.PrefixRecord;
import org.condastagehand.host.BadRequest;
import org.condastagehand.relocate.BinaryRelocation;
import org.condastagehand.relocate.Prefix;
import org.condastagehand.relocate.Relocation;
import org.condastagehand.relocate.Shebang;
import org.condastagehand.relocate.TextRelocation;

/** Relocates by records that are known before the first file is written, so that each is written once. */
final class RecordedRelocation implements ContentStep {
    private final Map<String, List<PrefixRecord>> records = new HashMap<>();
    private final Prefix to;
    private final Set<String> applied = ConcurrentHashMap.newKeySet();
    private final Queue<FileEntry> scripts = new ConcurrentLinkedQueue<>();

    RecordedRelocation(List<PrefixRecord> records, Prefix to) {
        records.forEach(record -> this.records
                .computeIfAbsent(record.path(), path -> new ArrayList<>())
                .add(record));
        this.to = to;
    }

    @Override
    public Optional<byte[]> inMemory(FileEntry entry, byte[] bytes, int from, int to) throws BadRequest {
        if (entry.isAutoStageHook()) {
            return Optional.of(new byte[0]);
        }
        if (entry.executable() && Shebang.concerns(bytes, from, to)) {
            scripts.add(entry);
        }
        List<PrefixRecord> own = records.getOrDefault(entry.path(), List.of());
        if (own.isEmpty()) {
            return Optional.empty();
        }
        byte[] content = Arrays.copyOfRange(bytes, from, to);
        for (PrefixRecord record : own) {
            Relocation.InMemory result = relocation(record, this.to).apply(content);
            requireRoom(record, this.to, result.outcome());
            content = result.content();
        }
        applied.add(entry.path());
        return Optional.of(content);
    }

    @Override
    public void onDisk(FileEntry entry, Path file) throws IOException, BadRequest {
        if (entry.isAutoStageHook()) {
            FileEdit.blank(file);
            return;
        }
        for (PrefixRecord record : records.getOrDefault(entry.path(), List.of())) {
            requireRoom(record, to, FileEdit.relocate(file, relocation(record, to)));
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
