package org.condastagehand.stage;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.condastagehand.relocate.Shebang;

/**
 * What is seen of each content on its way to disk, so that few files are looked at again once the records, which come
 * last in an archive, are known.
 */
final class ArchiveFindings implements ContentStep {
    private final Queue<FileEntry> scripts = new ConcurrentLinkedQueue<>();
    private final Queue<FileEntry> binaries = new ConcurrentLinkedQueue<>();

    @Override
    public Optional<byte[]> inMemory(FileEntry entry, byte[] buffer, int length) {
        if (entry.isAutoStageHook()) {
            return Optional.of(new byte[0]);
        }
        if (!entry.isBytecode() && Content.looksBinary(buffer, length)) {
            binaries.add(entry);
        } else if (entry.executable() && length > 2 && Shebang.concerns(buffer)) {
            scripts.add(entry);
        }
        return Optional.empty();
    }

    @Override
    public void onDisk(FileEntry entry, Path file) {
        if (!entry.isBytecode()) {
            binaries.add(entry);
        }
    }

    List<FileEntry> scripts() {
        return List.copyOf(scripts);
    }

    List<FileEntry> binaries() {
        return List.copyOf(binaries);
    }

    /** The same, with paths counted from a directory that all of them are below. */
    ArchiveFindings below(String directory) {
        ArchiveFindings rooted = new ArchiveFindings();
        scripts.forEach(entry -> rooted.scripts.add(entry.below(directory)));
        binaries.forEach(entry -> rooted.binaries.add(entry.below(directory)));
        return rooted;
    }
}
