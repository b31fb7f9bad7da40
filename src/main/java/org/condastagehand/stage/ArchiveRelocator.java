package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.condastagehand.archive.PrefixRecord;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.StagingException;
import org.condastagehand.relocate.Prefix;
import org.condastagehand.relocate.Relocation;
import org.condastagehand.relocate.Shebang;

/**
 * Relocates an unpacked tree to the prefix that it will be seen at: the archive's records as conda-unpack applies them,
 * then what conda-pack is known to leave out (docs/differences.md).
 */
final class ArchiveRelocator {
    /** conda-pack omits the records of all these, since conda-unpack could be running from one of them. */
    private static final Pattern UNRECORDED = Pattern.compile("bin/python[^/]*");

    private final Path root;
    private final Prefix to;
    private final Space space;
    private final CondaMeta meta;
    private final Shebang shebang;
    private final Writers threads;
    private final List<String> left = new ArrayList<>();
    private final Set<String> touched = ConcurrentHashMap.newKeySet();

    ArchiveRelocator(Path root, Prefix to, Space space, Writers threads) {
        this.root = root;
        this.space = space;
        this.to = to;
        this.threads = threads;
        this.meta = CondaMeta.of(root);
        this.shebang = new Shebang(to, name -> Inside.hasProgram(root, name));
    }

    /** Binaries that still hold the old prefix. */
    List<String> left() {
        return left.stream().distinct().sorted().toList();
    }

    /**
     * An archive with records.
     *
     * @param known where the environment stood, if the records do not tell
     * @return where it stood, as far as anything tells
     */
    Optional<Prefix> relocate(List<PrefixRecord> records, Optional<Prefix> known, ArchiveFindings findings)
            throws IOException, StagingException {
        apply(records);
        Optional<Prefix> original = OriginalPrefix.of(records).or(() -> known);
        Set<String> recorded = new HashSet<>();
        records.forEach(record -> recorded.add(record.path()));
        relocatePythons(records, recorded, original);
        if (original.isPresent()) {
            List<FileEntry> unrecorded = findings.binaries(original.get()).stream()
                    .filter(entry -> !recorded.contains(entry.path())
                            && !UNRECORDED.matcher(entry.path()).matches())
                    .toList();
            search(List.of(original.get()), unrecorded);
        }
        mendShebangs(findings.scripts());
        return original;
    }

    /** An archive without records: packed with {@code --dest-prefix}, so every file is right at that place only. */
    Optional<Prefix> relocateAll(Optional<Prefix> known, List<FileEntry> files) throws IOException, StagingException {
        Optional<Prefix> original = OriginalPrefix.ofScripts(root).or(() -> known);
        if (original.isEmpty() && !meta.isEmpty()) {
            throw new BadRequest(
                    "it has no relocation records and does not show the prefix that it was packed for",
                    "pack it again without --dest-prefix");
        }
        if (original.isPresent() && !original.get().equals(to)) {
            search(List.of(original.get()), files);
        }
        mendShebangs(files);
        return original;
    }

    /**
     * An archive of ours, whose records name every file that its packer found a placeholder in.
     *
     * @param rest records that were not applied when their files were written
     * @param originals names of the environment that was packed
     * @param unrecorded paths of binaries that may hold one of them
     */
    void relocateRest(List<PrefixRecord> rest, Set<Prefix> originals, List<String> unrecorded, List<FileEntry> scripts)
            throws IOException, StagingException {
        apply(rest);
        search(originals, entries(unrecorded));
        mendShebangs(scripts);
    }

    private List<FileEntry> entries(List<String> paths) throws BadRequest {
        List<FileEntry> entries = new ArrayList<>();
        for (String path : paths) {
            if (!Inside.isFile(root, path)) {
                throw new BadRequest("its manifest names `" + path + "`, which is no file in it");
            }
            entries.add(new FileEntry(path, 0644, FileTime.fromMillis(0), 0));
        }
        return entries;
    }

    /** One file's records in their order, whatever its number of names; several files at a time. */
    private void apply(List<PrefixRecord> records) throws IOException, StagingException {
        Map<String, List<PrefixRecord>> files = new LinkedHashMap<>();
        for (PrefixRecord record : records) {
            if (!Inside.isFile(root, record.path())) {
                throw new BadRequest("its relocation records name `" + record.path() + "`, which is no file in it");
            }
            files.computeIfAbsent(FileTree.identity(root.resolve(record.path())), inode -> new ArrayList<>())
                    .add(record);
        }
        touched.addAll(files.keySet());
        threads.each(List.copyOf(files.values()), this::applyToOne);
    }

    private void applyToOne(List<PrefixRecord> records) throws IOException, StagingException {
        Set<Relocation> applied = new HashSet<>();
        Set<Prefix> once = new HashSet<>();
        for (PrefixRecord record : records) {
            // where a second name of the file comes, the old prefix would be found in the new one
            boolean first = !isIn(to, record.placeholder()) || once.add(record.placeholder());
            // and a million records of one file would take as many looks at it
            if (applied.add(RecordedRelocation.relocation(record, to)) && first) {
                Relocation.Outcome outcome = FileEdit.relocate(
                        root.resolve(record.path()), RecordedRelocation.relocation(record, to), space);
                RecordedRelocation.requireRoom(record, to, outcome);
            }
        }
    }

    private static boolean isIn(Prefix to, Prefix from) {
        return to.toString().contains(from.toString());
    }

    private void relocatePythons(List<PrefixRecord> records, Set<String> recorded, Optional<Prefix> original)
            throws IOException, StagingException {
        Set<Prefix> placeholders = new LinkedHashSet<>();
        records.forEach(record -> placeholders.add(record.placeholder()));
        original.ifPresent(placeholders::add);
        for (FileEntry entry : filesInBin()) {
            if (UNRECORDED.matcher(entry.path()).matches() && !recorded.contains(entry.path())) {
                Set<Prefix> possible = new LinkedHashSet<>(placeholders);
                meta.placeholder(entry.path()).ifPresent(known -> possible.add(known.prefix()));
                search(possible, List.of(entry));
            }
        }
    }

    private List<FileEntry> filesInBin() throws IOException {
        List<FileEntry> files = new ArrayList<>();
        if (!Inside.isDirectory(root, "bin")) {
            return files;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve("bin"))) {
            for (Path entry : entries) {
                files.add(new FileEntry("bin/" + entry.getFileName(), 0755, FileTime.fromMillis(0), 0));
            }
        }
        return files;
    }

    private void search(Collection<Prefix> from, List<FileEntry> files) throws IOException, StagingException {
        SearchRelocation search = new SearchRelocation(from, to, meta, shebang, space);
        boolean onceOnly = from.stream().anyMatch(prefix -> isIn(to, prefix));
        threads.each(files, entry -> {
            Path file = root.resolve(entry.path());
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && (!onceOnly || touched.add(FileTree.identity(file)))) {
                search.onDisk(entry, file);
            }
        });
        left.addAll(search.left());
    }

    private void mendShebangs(List<FileEntry> scripts) throws IOException, StagingException {
        threads.each(scripts, script -> {
            Path file = root.resolve(script.path());
            if (script.executable()
                    && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && FileEdit.inMemory(file)) {
                FileEdit.rewrite(
                        file,
                        content -> Shebang.concerns(content, 0, content.length)
                                ? shebang.mend(content)
                                : Optional.empty());
            }
        });
    }
}
