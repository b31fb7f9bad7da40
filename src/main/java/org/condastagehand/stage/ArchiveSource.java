package org.condastagehand.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.condastagehand.archive.ArchiveFile;
import org.condastagehand.archive.ArchiveReader;
import org.condastagehand.archive.ArchiveSize;
import org.condastagehand.archive.Member;
import org.condastagehand.archive.UnpackScript;
import org.condastagehand.host.AutoStageHook;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Progress;
import org.condastagehand.host.StagingException;
import org.condastagehand.host.UnixAttributes;
import org.condastagehand.relocate.Prefix;

/** Unpacks an archive in one pass and relocates it by the records that come last in it. */
final class ArchiveSource implements TreeSource {
    private final ArchiveFile archive;
    private final Optional<Prefix> original;
    private final Prefix to;
    private final boolean writable;
    private final StageLimits limits;
    private final ArchiveFindings findings;
    private final ArchiveLinks links = new ArchiveLinks();

    /**
     * Prepares to unpack.
     *
     * @param archive closed when the tree is filled
     * @param original where the environment stands now, which is most likely what its files name
     * @param visible the path that it is relocated to
     */
    ArchiveSource(ArchiveFile archive, Optional<Path> original, Path visible, boolean writable, StageLimits limits) {
        this.archive = archive;
        this.original = original.map(Prefix::of);
        this.to = Prefix.of(visible);
        this.writable = writable;
        this.limits = limits;
        this.findings = new ArchiveFindings(this.original);
    }

    @Override
    public Filled fill(Path work, Progress progress) throws StagingException {
        try (archive) {
            return unpack(work, progress);
        }
    }

    private Filled unpack(Path work, Progress progress) throws StagingException {
        Space space = new Space(work, limits, progress);
        space.expect(ArchiveSize.atLeast(archive));
        try (ArchiveReader reader = ArchiveReader.of(archive, limits.reading());
                TreeWriter tree = new TreeWriter(work, writable, space, findings, reader.writers(limits.writers()))) {
            Optional<Member> member = reader.next();
            while (member.isPresent()) {
                take(member.get(), reader, tree);
                member = reader.next();
            }
            tree.finish();
            Path root = rootIn(work);
            List<String> left = relocate(work, root, space, tree.writers());
            tree.seal();
            List<String> notes = new ArrayList<>(TreeSource.noteOnLeft(left));
            reader.note().ifPresent(notes::add);
            return new Filled(root, tree.files(), space.used(), notes);
        }
    }

    private void take(Member member, ArchiveReader reader, TreeWriter tree) throws StagingException {
        if (AutoStageHook.is(member.path()) && member.kind() != Member.Kind.DIRECTORY) {
            tree.file(
                    new FileEntry(member.path(), member.mode() & ~0111, member.modified(), 0),
                    (into, from, length) -> -1);
            return;
        }
        switch (member.kind()) {
            case DIRECTORY -> tree.directory(member.path(), member.mode(), member.modified());
            case HARD_LINK -> tree.hardLink(member.path(), member.link());
            case SYMLINK -> {
                links.add(member.path(), member.link(), member.modified());
                tree.symlink(member.path(), member.link(), member.modified());
            }
            case FILE ->
                tree.file(
                        new FileEntry(member.path(), member.mode(), member.modified(), member.size()),
                        (into, from, length) -> read(reader, into, from, length));
        }
    }

    private static int read(ArchiveReader reader, byte[] into, int from, int length) throws BadRequest {
        try {
            return reader.content().read(into, from, length);
        } catch (IOException | RuntimeException e) {
            throw reader.broken(e);
        }
    }

    /** The environment's root: the archive's own, or below it where conda-pack was given an {@code --arcroot}. */
    private Path rootIn(Path work) throws StagingException {
        Path at = work;
        try {
            while (!Files.isDirectory(at.resolve("conda-meta"), LinkOption.NOFOLLOW_LINKS)) {
                List<Path> entries = new ArrayList<>();
                try (DirectoryStream<Path> stream = Files.newDirectoryStream(at)) {
                    stream.forEach(entries::add);
                } catch (DirectoryIteratorException e) {
                    throw e.getCause();
                }
                if (entries.size() != 1 || !Files.isDirectory(entries.get(0), LinkOption.NOFOLLOW_LINKS)) {
                    throw new BadRequest(
                            "`" + archive.path() + "` holds no conda environment: it has no `conda-meta`",
                            "conda-stagehand pack NAME -o " + archive.path() + " --force");
                }
                at = entries.get(0);
            }
            return at;
        } catch (IOException e) {
            throw new NodeFault("cannot read `" + at + "`", e);
        }
    }

    private List<String> relocate(Path work, Path root, Space space, Writers writers) throws StagingException {
        String arcroot = root.equals(work) ? "" : work.relativize(root) + "/";
        ArchiveRelocator relocator = new ArchiveRelocator(root, to, space, writers);
        try {
            Optional<byte[]> script = script(root);
            Optional<Prefix> found = script.isPresent()
                    ? relocator.relocate(UnpackScript.parse(script.get()), original, findings.below(arcroot))
                    : relocator.relocateAll(original, allFiles(root));
            Set<Prefix> originals = new LinkedHashSet<>();
            original.ifPresent(originals::add);
            found.ifPresent(originals::add);
            links.relocate(work, originals, to);
            return relocator.left();
        } catch (UncheckedIOException | DirectoryIteratorException e) {
            throw new NodeFault("cannot read what was unpacked to `" + work + "`", e);
        } catch (IOException e) {
            throw new NodeFault("cannot relocate what was unpacked to `" + work + "`", e);
        }
    }

    /** The program that holds the records; without it the archive was packed for one place. */
    private static Optional<byte[]> script(Path root) throws IOException, BadRequest {
        Path script = root.resolve(UnpackScript.PATH);
        if (!Files.exists(script, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (!Inside.isFile(root, UnpackScript.PATH)) {
            throw new BadRequest("`" + UnpackScript.PATH + "` is no file in it");
        }
        if (Files.size(script) > UnpackScript.MOST_BYTES) {
            throw new BadRequest("`" + UnpackScript.PATH + "` is larger than any that conda-pack writes");
        }
        return Optional.of(FileEdit.read(script, UnpackScript.MOST_BYTES));
    }

    /** One name of each file: several threads are about to change them. */
    private static List<FileEntry> allFiles(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            List<FileEntry> entries = new ArrayList<>();
            Set<String> seen = new HashSet<>();
            for (Path path : (Iterable<Path>) paths::iterator) {
                UnixAttributes file = UnixAttributes.of(path);
                if (file.kind() == UnixAttributes.Kind.FILE && (file.links() == 1 || seen.add(file.identity()))) {
                    entries.add(new FileEntry(
                            root.relativize(path).toString(), file.permissions(), file.modified(), file.size()));
                }
            }
            return entries;
        }
    }
}
