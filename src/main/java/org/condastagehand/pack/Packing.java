package org.condastagehand.pack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.condastagehand.archive.ArchiveWriter;
import org.condastagehand.archive.Fingerprint;
import org.condastagehand.archive.IndexedArchive;
import org.condastagehand.archive.Manifest;
import org.condastagehand.archive.Member;
import org.condastagehand.archive.PrefixRecord;
import org.condastagehand.archive.TarHeader;
import org.condastagehand.archive.UnpackScript;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Progress;
import org.condastagehand.host.Sha256;
import org.condastagehand.host.StagingException;
import org.condastagehand.relocate.Prefix;

/** One packing: from what was listed to a whole archive, and what is to be said of it. */
final class Packing {
    private static final String ACTIVATE = "bin/activate";
    private static final int HEAD_BYTES = 8 << 10;
    private static final int RECORD_BYTES = 24;

    private final Packer.Order order;
    private final Prefix prefix;
    private final List<String> notes;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, byte[]> own = new HashMap<>();
    private final FileTime time;
    private final Findings findings;
    private final Large.Work work;
    private final int reserved;

    /**
     * Begins.
     *
     * @param root of the files, without symlinks
     * @param prefix where the environment stands, as the archive says it
     */
    Packing(Packer.Order order, Path root, Prefix prefix, Rules rules, Installed installed, Listing.Listed listed)
            throws BadRequest {
        this.order = order;
        this.prefix = prefix;
        this.notes = new ArrayList<>(listed.notes());
        this.time = time(root);
        for (Entry entry : listed.entries()) {
            entries.add(entry.sized(entry.member().size() - Blanks.length(installed.cuts(entry.path()))));
        }
        if (!order.ofCopy()) {
            addActivate();
        }
        this.findings = new Findings(entries.size());
        this.work = new Large.Work(new Contents(root, installed, own), installed, rules, order.scratch());
        long placeholders = entries.stream()
                .filter(entry -> installed
                        .known(entry.path())
                        .flatMap(Known::placeholder)
                        .isPresent())
                .count();
        this.reserved = (int) Math.min(1 << 20, HEAD_BYTES + placeholders * RECORD_BYTES);
    }

    /** Of what we add, so that the same environment makes the same archive whenever it is packed. */
    private FileTime time(Path root) throws BadRequest {
        Path meta = root.resolve("conda-meta");
        try {
            return FileTime.fromMillis(Files.getLastModifiedTime(meta).toMillis() / 1000 * 1000);
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + meta + "`", e);
        }
    }

    /** A way to use the unpacked environment without conda, where it has none of its own. */
    private void addActivate() {
        boolean there = entries.stream().anyMatch(entry -> entry.path().equals(ACTIVATE));
        boolean directory = entries.stream()
                .anyMatch(entry -> entry.path().equals("bin") && entry.member().kind() == Member.Kind.DIRECTORY);
        if (there || !directory || prefix.toString().indexOf('\'') >= 0) {
            return;
        }
        byte[] script = Template.activateScript(prefix.toString());
        own.put(ACTIVATE, script);
        entries.add(new Entry(file(ACTIVATE, script.length, 0644), 0, script.length));
        entries.sort(Comparator.comparing(Entry::path, ByteOrdered::compare));
    }

    private Member file(String path, long size, int mode) {
        return new Member(Member.Kind.FILE, path, size, mode, time, "");
    }

    Packed pack(FileChannel out, Progress progress) throws StagingException {
        List<FramePlan.Slot> slots = FramePlan.of(entries);
        progress.begins(entries.stream().mapToLong(FramePlan::length).sum());
        ArchiveWriter archive = new ArchiveWriter(out, order.codec(), reserved);
        FrameMaker maker = new FrameMaker(entries, work, findings);
        new Pipeline(slots, maker, order.codec(), archive, progress).run(order.threads());
        return finish(archive);
    }

    private Packed finish(ArchiveWriter archive) throws StagingException {
        List<PrefixRecord> records = findings.records();
        byte[] program = Template.unpackProgram(records, order.packedBy());
        Member member = file(UnpackScript.PATH, program.length, 0755);
        String digest = HexFormat.of().formatHex(Sha256.digest().digest(program));
        Manifest.Counts counts = counts(program.length);
        String fingerprint = fingerprint(member, digest);
        List<String> unrecorded = findings.unrecorded();
        if (order.ofCopy() && unrecorded.size() > Manifest.MOST_UNRECORDED) {
            throw new BadRequest("`" + prefix + "` has more binaries of its own than an archive of a copy can name");
        }
        byte[] head = head(member, program);
        if (order.ofCopy() && head.length > IndexedArchive.LARGEST_HEAD) {
            throw new BadRequest("`" + prefix + "` has more records than an archive of a copy can hold");
        }
        ArchiveWriter.Facts facts = new ArchiveWriter.Facts(
                order.packedBy(),
                prefix,
                fingerprint,
                counts,
                unrecorded.subList(0, Math.min(unrecorded.size(), Manifest.MOST_UNRECORDED)),
                order.state(),
                order.ofCopy());
        List<ArchiveWriter.Digest> digests = new ArrayList<>(entries.size());
        digests.add(new ArchiveWriter.Digest(UnpackScript.PATH, digest));
        IntStream.range(0, entries.size())
                .filter(i -> entries.get(i).isFile())
                .forEach(
                        i -> digests.add(new ArchiveWriter.Digest(entries.get(i).path(), findings.digest(i))));
        try {
            archive.finish(head, facts, digests);
        } catch (IOException e) {
            throw new NodeFault("cannot write the archive", e);
        }
        tell(unrecorded);
        return new Packed(counts, archive.size(), fingerprint, notes);
    }

    private byte[] head(Member member, byte[] program) {
        byte[] header = TarHeader.of(member);
        byte[] head = Arrays.copyOf(header, (int) (header.length + TarHeader.padded(program.length)));
        System.arraycopy(program, 0, head, header.length, program.length);
        return head;
    }

    private Manifest.Counts counts(long program) {
        Map<Member.Kind, Long> counts = new TreeMap<>();
        long bytes = program;
        for (Entry entry : entries) {
            counts.merge(entry.member().kind(), 1L, Long::sum);
            bytes += entry.isFile() ? entry.member().size() : 0;
        }
        return new Manifest.Counts(
                bytes,
                counts.getOrDefault(Member.Kind.FILE, 0L) + 1,
                counts.getOrDefault(Member.Kind.HARD_LINK, 0L),
                counts.getOrDefault(Member.Kind.SYMLINK, 0L),
                counts.getOrDefault(Member.Kind.DIRECTORY, 0L));
    }

    private String fingerprint(Member program, String digest) {
        Fingerprint fingerprint = new Fingerprint();
        boolean added = false;
        for (int i : byName()) {
            Member member = entries.get(i).member();
            if (!added && member.path().compareTo(program.path()) > 0) {
                fingerprint.add(program, digest);
                added = true;
            }
            fingerprint.add(member, findings.digest(i));
        }
        if (!added) {
            fingerprint.add(program, digest);
        }
        return fingerprint.value();
    }

    private int[] byName() {
        return IntStream.range(0, entries.size())
                .boxed()
                .sorted(Comparator.comparing(i -> entries.get(i).path()))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private void tell(List<String> unrecorded) {
        notes.addAll(Lines.named(
                "of a conda package was edited since it was installed, and is packed as it is now",
                "of conda packages were edited since they were installed, and are packed as they are now",
                findings.edited()));
        notes.addAll(Lines.named(
                "is a binary that names this environment's path and was not installed by conda; at a longer path it"
                        + " goes on to name it",
                "are binaries that name this environment's path and were not installed by conda; at a longer path"
                        + " they go on to name it",
                unrecorded));
    }
}
