package org.condastagehand.pack;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.condastagehand.archive.TarHeader;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.StagingException;

/** Fills frames with tar: headers and contents, each content looked at once on its way. */
final class FrameMaker {
    private static final int END_BYTES = 2 * TarHeader.BLOCK;

    private final List<Entry> entries;
    private final Large.Work work;
    private final Findings findings;
    private final Map<Integer, Large> large = new ConcurrentHashMap<>();

    FrameMaker(List<Entry> entries, Large.Work work, Findings findings) {
        this.entries = entries;
        this.work = work;
        this.findings = findings;
    }

    /** Fills a frame and says how many bytes of tar it has; none for a slot that makes no frame. */
    int fill(FramePlan.Slot slot, byte[] tar, MessageDigest digest) throws StagingException {
        if (slot instanceof FramePlan.Whole whole) {
            return whole(whole, tar, digest);
        }
        if (slot instanceof FramePlan.Part part) {
            return large(part.member(), part.of()).part(part.number(), tar);
        }
        if (slot instanceof FramePlan.Look look) {
            large(look.member(), look.of()).look(look.member(), tar, findings);
            large.remove(look.member());
            return 0;
        }
        Arrays.fill(tar, 0, END_BYTES, (byte) 0);
        return END_BYTES;
    }

    private Large large(int member, int parts) {
        return large.computeIfAbsent(member, index -> new Large(entries.get(index), parts, work));
    }

    private int whole(FramePlan.Whole frame, byte[] tar, MessageDigest digest) throws StagingException {
        int end = 0;
        for (int i = frame.from(); i < frame.to(); i++) {
            Entry entry = entries.get(i);
            byte[] header = TarHeader.of(entry.member());
            System.arraycopy(header, 0, tar, end, header.length);
            end += header.length;
            if (entry.isFile()) {
                int size = (int) entry.member().size();
                work.contents().read(entry, tar, end);
                look(i, tar, end, end + size, digest);
                int padded = (int) TarHeader.padded(size);
                Arrays.fill(tar, end + size, end + padded, (byte) 0);
                end += padded;
            }
        }
        return end;
    }

    /** Changes a content in place, its length stays, and notes what it is. */
    private void look(int index, byte[] tar, int from, int end, MessageDigest digest) throws BadRequest {
        String path = entries.get(index).path();
        Optional<Known> known = work.installed().known(path);
        Rules.Decision decision = work.rules().decide(path, known, tar, from, end);
        byte[] changed = decision.content().orElse(null);
        digest.update(changed == null ? tar : changed, changed == null ? from : 0, end - from);
        byte[] sha256 = digest.digest();
        findings.digest(index, sha256);
        findings.note(path, decision.records(), decision.unrecorded());
        if (known.isPresent() && !Findings.isAsInstalled(known.get(), sha256)) {
            findings.compare(path, known.get(), sha256, Arrays.copyOfRange(tar, from, end), work.rules());
        }
        if (changed != null) {
            System.arraycopy(changed, 0, tar, from, changed.length);
        }
    }
}
