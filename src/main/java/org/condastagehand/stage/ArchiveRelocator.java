package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.condastagehand.archive.PrefixRecord;
import org.condastagehand.host.BadRequest;
import org.condastagehand.relocate.BinaryRelocation;
import org.condastagehand.relocate.Prefix;
import org.condastagehand.relocate.Relocation;
import org.condastagehand.relocate.Shebang;
import org.condastagehand.relocate.TextRelocation;

/**
 * Relocates an unpacked tree to the prefix that it will be seen at: the archive's records as conda-unpack applies them,
 * then what conda-pack is known to leave out (docs/differences.md).
 */
final class ArchiveRelocator {
    /** conda-pack omits the records of all these, since conda-unpack could be running from one of them. */
    private static final Pattern UNRECORDED = Pattern.compile("bin/python[^/]*");

    /** A symlink of the archive, by the path where it was made. */
    record Symlink(String path, String target, FileTime modified) {}

    private final Path root;
    private final Prefix to;
    private final CondaMeta meta;
    private final Shebang shebang;
    private final List<String> left = new ArrayList<>();

    ArchiveRelocator(Path root, Prefix to) {
        this.root = root;
        this.to = to;
        this.meta = CondaMeta.read(root);
        this.shebang = new Shebang(to, name -> Files.exists(root.resolve("bin").resolve(name)));
    }

    /** Binaries that still hold the old prefix. */
    List<String> left() {
        return List.copyOf(left);
    }

    /**
     * An archive with records.
     *
     * @param known where the environment stood, if the records do not tell
     */
    void relocate(List<PrefixRecord> records, Optional<Prefix> known, ArchiveFindings findings, List<Symlink> links)
            throws IOException, BadRequest {
        for (PrefixRecord record : records) {
            apply(record);
        }
        Optional<Prefix> original = OriginalPrefix.of(records).or(() -> known);
        relocatePythons(records, original);
        if (original.isPresent()) {
            relocateUnrecorded(records, original.get(), findings.binaries());
            relocateLinks(original.get(), links);
        }
        mendShebangs(findings.scripts());
    }

    /** An archive without records: packed with {@code --dest-prefix}, so every file is right at that place only. */
    void relocateAll(Optional<Prefix> known, List<FileEntry> files, List<Symlink> links)
            throws IOException, BadRequest {
        Optional<Prefix> original = OriginalPrefix.ofScripts(root).or(() -> known);
        if (original.isEmpty() && !meta.isEmpty()) {
            throw new BadRequest(
                    "it has no relocation records and does not show the prefix that it was packed for",
                    "pack it again without --dest-prefix");
        }
        if (original.isPresent() && !original.get().equals(to)) {
            search(original.get(), files);
            relocateLinks(original.get(), links);
        }
        mendShebangs(files);
    }

    private void apply(PrefixRecord record) throws IOException, BadRequest {
        Path file = root.resolve(record.path());
        if (!isFileBelowRoot(record.path())) {
            throw new BadRequest("its relocation records name `" + record.path() + "`, which is no file in it");
        }
        Relocation relocation = record.mode() == PrefixRecord.Mode.TEXT
                ? new TextRelocation(record.placeholder(), to)
                : new BinaryRelocation(record.placeholder(), to);
        if (FileEdit.relocate(file, relocation) == Relocation.Outcome.DOES_NOT_FIT) {
            throw new BadRequest("`" + record.path() + "` has room for a prefix of "
                    + record.placeholder().length() + " bytes, `" + to + "` has " + to.length());
        }
    }

    /** No directory on the way may be a symlink: what is outside the tree is never written to. */
    private boolean isFileBelowRoot(String path) {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            if (!Files.isDirectory(root.resolve(path.substring(0, slash)), LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
        }
        return Files.isRegularFile(root.resolve(path), LinkOption.NOFOLLOW_LINKS);
    }

    private void relocatePythons(List<PrefixRecord> records, Optional<Prefix> original) throws IOException, BadRequest {
        Set<String> recorded = recordedPaths(records);
        Set<Prefix> placeholders = new LinkedHashSet<>();
        records.forEach(record -> placeholders.add(record.placeholder()));
        for (FileEntry entry : filesInBin()) {
            if (UNRECORDED.matcher(entry.path()).matches() && !recorded.contains(entry.path())) {
                Set<Prefix> possible = new LinkedHashSet<>(placeholders);
                meta.placeholder(entry.path()).ifPresent(known -> possible.add(known.prefix()));
                original.ifPresent(possible::add);
                for (Prefix placeholder : possible) {
                    search(placeholder, List.of(entry));
                }
            }
        }
    }

    private List<FileEntry> filesInBin() throws IOException {
        List<FileEntry> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve("bin"))) {
            for (Path entry : entries) {
                if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    files.add(new FileEntry("bin/" + entry.getFileName(), 0755, FileTime.fromMillis(0), 0));
                }
            }
        } catch (NoSuchFileException e) {
            return files;
        }
        return files;
    }

    private void relocateUnrecorded(List<PrefixRecord> records, Prefix original, List<FileEntry> binaries)
            throws IOException, BadRequest {
        Set<String> recorded = recordedPaths(records);
        List<FileEntry> others = binaries.stream()
                .filter(entry -> !recorded.contains(entry.path())
                        && !UNRECORDED.matcher(entry.path()).matches())
                .toList();
        search(original, others);
    }

    private static Set<String> recordedPaths(List<PrefixRecord> records) {
        Set<String> paths = new HashSet<>();
        records.forEach(record -> paths.add(record.path()));
        return paths;
    }

    private void search(Prefix from, List<FileEntry> files) throws IOException, BadRequest {
        SearchRelocation search = new SearchRelocation(List.of(from), to, meta, shebang);
        for (FileEntry entry : files) {
            Path file = root.resolve(entry.path());
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                search.onDisk(entry, file);
            }
        }
        left.addAll(search.left());
    }

    private void relocateLinks(Prefix original, List<Symlink> links) throws IOException {
        for (Symlink link : links) {
            Path path = root.resolve(link.path());
            boolean ours = original.holds(link.target()) && Files.isSymbolicLink(path);
            if (ours && Files.readSymbolicLink(path).toString().equals(link.target())) {
                Files.delete(path);
                Files.createSymbolicLink(
                        path,
                        Path.of(to + link.target().substring(original.toString().length())));
                Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .setTimes(link.modified(), null, null);
            }
        }
    }

    private void mendShebangs(List<FileEntry> scripts) throws IOException {
        for (FileEntry script : scripts) {
            Path file = root.resolve(script.path());
            if (script.executable()
                    && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && FileEdit.inMemory(file)) {
                FileEdit.rewrite(file, content -> Shebang.concerns(content) ? shebang.mend(content) : Optional.empty());
            }
        }
    }
}
