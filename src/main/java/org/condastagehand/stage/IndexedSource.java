package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.condastagehand.archive.FrameReader;
import org.condastagehand.archive.IndexedArchive;
import org.condastagehand.archive.Manifest;
import org.condastagehand.archive.Member;
import org.condastagehand.archive.PrefixRecord;
import org.condastagehand.archive.UnpackScript;
import org.condastagehand.host.AutoStageHook;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Progress;
import org.condastagehand.host.StagingException;
import org.condastagehand.relocate.Prefix;

/**
 * Unpacks an archive of ours with several threads: each takes the next frames, decompresses them, and writes what is in
 * them, relocated in memory.
 */
final class IndexedSource implements TreeSource {
    private static final int STREAM = 1 << 20;

    private final IndexedArchive archive;
    private final Optional<Path> original;
    private final Path visible;
    private final boolean writable;
    private final StageLimits limits;
    private final ArchiveLinks links = new ArchiveLinks();
    private final AtomicInteger nextRun = new AtomicInteger();
    private final Tally tally = new Tally();

    /** As {@link ArchiveSource}; the archive is closed when the tree is filled. */
    IndexedSource(IndexedArchive archive, Optional<Path> original, Path visible, boolean writable, StageLimits limits) {
        this.archive = archive;
        this.original = original;
        this.visible = visible;
        this.writable = writable;
        this.limits = limits;
    }

    @Override
    public Filled fill(Path work, Progress progress) throws StagingException {
        try (archive) {
            return unpack(work, progress);
        } catch (IOException e) {
            throw new NodeFault("cannot relocate what was unpacked to `" + work + "`", e);
        }
    }

    private Filled unpack(Path work, Progress progress) throws IOException, StagingException {
        Space space = new Space(work, limits, progress);
        Manifest manifest = archive.manifest();
        space.expect(manifest.counts().bytes());
        Prefix to = Prefix.of(visible);
        List<PrefixRecord> records = archive.records();
        List<IndexedArchive.Run> runs = archive.runs();
        RecordedRelocation relocation = new RecordedRelocation(records, to, space);
        int threads = Math.max(1, Math.min(limits.writers(), runs.size()));
        try (ParallelTree tree = new ParallelTree(work, writable, space, relocation, threads)) {
            for (int i = 0; i < threads; i++) {
                tree.submit(() -> read(runs, tree));
            }
            tree.finish();
            tally.requireEqual(manifest.counts(), archive);
            List<String> left = relocateTheRest(work, to, space, records, relocation, tree.threads());
            tree.seal();
            return new Filled(work, tree.files(), space.used(), TreeSource.noteOnLeft(left));
        }
    }

    private void read(List<IndexedArchive.Run> runs, ParallelTree tree) throws StagingException {
        try (FrameReader reader = archive.reader()) {
            int run = nextRun.getAndIncrement();
            while (run < runs.size() && !tree.failed()) {
                reader.open(runs.get(run));
                read(reader, tree);
                run = nextRun.getAndIncrement();
            }
        }
    }

    private void read(FrameReader reader, ParallelTree tree) throws StagingException {
        Optional<Member> member = reader.next();
        while (member.isPresent()) {
            take(member.get(), reader, tree);
            member = reader.next();
        }
    }

    private void take(Member member, FrameReader reader, ParallelTree tree) throws StagingException {
        tally.count(member);
        if (archive.manifest().copy() && member.path().equals(UnpackScript.PATH)) {
            return; // it is for those who unpack the archive by hand
        }
        if (AutoStageHook.is(member.path()) && member.kind() != Member.Kind.DIRECTORY) {
            FileEntry blank = new FileEntry(member.path(), member.mode() & ~0111, member.modified(), 0);
            tree.announce(blank);
            tree.write(blank, new byte[0], 0, 0);
            return;
        }
        switch (member.kind()) {
            case DIRECTORY -> tree.directory(member.path(), member.mode(), member.modified());
            case HARD_LINK -> tree.hardLink(member.path(), member.link());
            case SYMLINK -> {
                links.add(member.path(), member.link(), member.modified());
                tree.symlink(member.path(), member.link(), member.modified());
            }
            case FILE -> {
                FileEntry entry = new FileEntry(member.path(), member.mode(), member.modified(), member.size());
                tree.announce(entry);
                if (reader.isWhole()) {
                    tree.write(entry, reader.bytes(), reader.from(), reader.from() + (int) member.size());
                } else {
                    tree.stream(entry, reader::read, new byte[STREAM]);
                }
            }
        }
    }

    /** What the threads could not do while they wrote: it needs the whole tree, or concerns a few files only. */
    private List<String> relocateTheRest(
            Path work,
            Prefix to,
            Space space,
            List<PrefixRecord> records,
            RecordedRelocation relocation,
            Writers threads)
            throws IOException, StagingException {
        Set<Prefix> originals = new LinkedHashSet<>(List.of(archive.manifest().prefix()));
        original.map(Prefix::of).ifPresent(originals::add);
        List<PrefixRecord> rest =
                records.stream().filter(record -> !relocation.isApplied(record)).toList();
        ArchiveRelocator relocator = new ArchiveRelocator(work, to, space, threads);
        relocator.relocateRest(rest, originals, archive.manifest().unrecorded(), relocation.scripts());
        links.relocate(work, originals, to);
        return relocator.left();
    }

    /** What was read, to be held against what the manifest says. */
    private static final class Tally {
        private final List<Long> counts = new ArrayList<>(List.of(0L, 0L, 0L, 0L));
        private long bytes;

        synchronized void count(Member member) {
            int kind =
                    switch (member.kind()) {
                        case FILE -> 0;
                        case HARD_LINK -> 1;
                        case SYMLINK -> 2;
                        case DIRECTORY -> 3;
                    };
            counts.set(kind, counts.get(kind) + 1);
            bytes += member.size();
        }

        synchronized void requireEqual(Manifest.Counts claimed, IndexedArchive archive) throws StagingException {
            List<Long> wanted =
                    List.of(claimed.files(), claimed.hardLinks(), claimed.symlinks(), claimed.directories());
            if (bytes != claimed.bytes() || !counts.equals(wanted)) {
                throw archive.broken("other members than its manifest says");
            }
        }
    }
}
