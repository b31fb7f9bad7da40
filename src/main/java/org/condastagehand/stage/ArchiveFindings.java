package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.condastagehand.relocate.Prefix;
import org.condastagehand.relocate.Shebang;

/**
 * What is seen of each content on its way to disk, so that few files are looked at again once the records, which come
 * last in an archive, are known.
 */
final class ArchiveFindings implements ContentStep {
    private final Queue<FileEntry> scripts = new ConcurrentLinkedQueue<>();
    private final Queue<FileEntry> binaries = new ConcurrentLinkedQueue<>();
    private final Queue<FileEntry> holding = new ConcurrentLinkedQueue<>();
    private final Optional<Prefix> likely;

    /**
     * Nothing seen yet.
     *
     * @param likely where the environment stands, which most likely is what its files name
     */
    ArchiveFindings(Optional<Prefix> likely) {
        this.likely = likely;
    }

    @Override
    public Optional<byte[]> inMemory(FileEntry entry, byte[] bytes, int from, int to) {
        if (!entry.isBytecode() && Content.looksBinary(bytes, from, to)) {
            binaries.add(entry);
            if (likely.isPresent() && likely.get().standsIn(bytes, from, to)) {
                holding.add(entry);
            }
        } else if (entry.executable() && Shebang.concerns(bytes, from, to)) {
            scripts.add(entry);
        }
        return Optional.empty();
    }

    @Override
    public void onDisk(FileEntry entry, Path file) throws IOException {
        byte[] head = FileEdit.read(file, 1 << 13);
        if (!entry.isBytecode() && Content.looksBinary(head, 0, head.length)) {
            binaries.add(entry);
            holding.add(entry);
        }
    }

    List<FileEntry> scripts() {
        return List.copyOf(scripts);
    }

    /** Binaries that may hold a prefix: where it is the likely one, few. */
    List<FileEntry> binaries(Prefix prefix) {
        return List.copyOf(likely.equals(Optional.of(prefix)) ? holding : binaries);
    }

    /** The same, with paths counted from a directory; what it replaced, and so is not below it, is left out. */
    ArchiveFindings below(String directory) {
        ArchiveFindings rooted = new ArchiveFindings(likely);
        below(directory, scripts).forEach(rooted.scripts::add);
        below(directory, binaries).forEach(rooted.binaries::add);
        below(directory, holding).forEach(rooted.holding::add);
        return rooted;
    }

    private static Stream<FileEntry> below(String directory, Queue<FileEntry> entries) {
        return entries.stream()
                .filter(entry -> entry.path().startsWith(directory))
                .map(entry -> entry.below(directory));
    }
}
