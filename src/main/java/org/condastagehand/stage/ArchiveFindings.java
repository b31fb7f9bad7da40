package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
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
    public void onDisk(FileEntry entry, Path file) throws IOException {
        byte[] head = FileEdit.read(file, 1 << 13);
        if (entry.isAutoStageHook()) {
            FileEdit.blank(file);
        } else if (!entry.isBytecode() && Content.looksBinary(head, head.length)) {
            binaries.add(entry);
        }
    }

    List<FileEntry> scripts() {
        return List.copyOf(scripts);
    }

    List<FileEntry> binaries() {
        return List.copyOf(binaries);
    }

    /** The same, with paths counted from a directory; what it replaced, and so is not below it, is left out. */
    ArchiveFindings below(String directory) {
        ArchiveFindings rooted = new ArchiveFindings();
        below(directory, scripts).forEach(rooted.scripts::add);
        below(directory, binaries).forEach(rooted.binaries::add);
        return rooted;
    }

    private static Stream<FileEntry> below(String directory, Queue<FileEntry> entries) {
        return entries.stream()
                .filter(entry -> entry.path().startsWith(directory))
                .map(entry -> entry.below(directory));
    }
}
