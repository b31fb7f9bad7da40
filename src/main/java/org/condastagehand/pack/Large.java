package org.condastagehand.pack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.condastagehand.archive.TarHeader;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Sha256;
import org.condastagehand.host.StagingException;
import org.jspecify.annotations.Nullable;

/**
 * A member that fills several frames. Its frames are made by any threads, from the file itself or, where its content has to
 * be changed, from a copy on disk: memory is bounded whatever its size.
 */
final class Large {
    private final Entry entry;
    private final Optional<Known> known;
    private final Work work;
    private final byte[] header;
    private int usesLeft;
    private @Nullable FileChannel source;
    private Rules.@Nullable LargeDecision decision;

    /** What a member needs of the packing that it belongs to; scratch files are made in {@code scratch}. */
    record Work(Contents contents, Installed installed, Rules rules, Path scratch) {}

    /** @param parts frames that it fills */
    Large(Entry entry, int parts, Work work) {
        this.entry = entry;
        this.known = work.installed().known(entry.path());
        this.work = work;
        this.header = TarHeader.of(entry.member());
        this.usesLeft = parts + 1;
    }

    /** Fills a frame of the tar and says how many bytes it has. */
    int part(int number, byte[] tar) throws StagingException {
        long from = (long) number * FramePlan.FRAME;
        long size = entry.member().size();
        int length = (int) Math.min(FramePlan.FRAME, header.length + TarHeader.padded(size) - from);
        int headed = number == 0 ? header.length : 0;
        System.arraycopy(header, 0, tar, 0, headed);
        long offset = from + headed - header.length;
        int content = (int) Math.min(length - headed, size - offset);
        read(ByteBuffer.wrap(tar, headed, content), offset);
        Arrays.fill(tar, headed + content, length, (byte) 0);
        used();
        return length;
    }

    /** Looks at the whole of it. */
    void look(int index, byte[] buffer, Findings findings) throws StagingException {
        FileChannel from = source();
        MessageDigest digest = Sha256.digest();
        long size = entry.member().size();
        for (long at = 0; at < size; at += buffer.length) {
            int length = (int) Math.min(buffer.length, size - at);
            read(ByteBuffer.wrap(buffer, 0, length), at);
            digest.update(buffer, 0, length);
        }
        byte[] sha256 = digest.digest();
        Rules.LargeDecision found = decide(from);
        work.contents().check(entry);
        findings.digest(index, sha256);
        findings.note(entry.path(), found.records(), found.unrecorded());
        // a text with records is not as it was in its package; to know more it would have to be rewritten
        if (known.isPresent() && found.records().isEmpty() && !Findings.isAsInstalled(known.get(), sha256)) {
            findings.edited(entry.path());
        }
        used();
    }

    private void read(ByteBuffer into, long offset) throws StagingException {
        FileChannel from = source();
        int begin = into.position();
        try {
            while (into.hasRemaining()) {
                if (from.read(into, offset + into.position() - begin) < 0) {
                    throw work.contents().changed(entry);
                }
            }
        } catch (IOException e) {
            throw work.contents().unreadable(entry, e);
        }
    }

    /** Where the content is read from; the first that asks may have to wait for the copy to be made. */
    private synchronized FileChannel source() throws StagingException {
        FileChannel opened = source;
        if (opened != null) {
            return opened;
        }
        int[] cuts = work.installed().cuts(entry.path());
        opened = cuts.length > 0 ? cut(cuts) : work.contents().open(entry);
        source = opened;
        // another content than the file's has to be known before the first frame; all else can wait for its turn
        if (work.rules().mayChange(known)) {
            Optional<FileChannel> copy = decide(opened).copy();
            if (copy.isPresent()) {
                close(opened);
                opened = copy.get();
                source = opened;
            }
        }
        return opened;
    }

    private synchronized Rules.LargeDecision decide(FileChannel file) throws StagingException {
        Rules.LargeDecision decided = decision;
        if (decided == null) {
            try {
                decided = work.rules().decide(entry.path(), known, file, () -> copy(file), this::scratch);
            } catch (IOException e) {
                throw new BadRequest("cannot look for the prefix in `" + entry.path() + "`", e);
            }
            decision = decided;
        }
        return decided;
    }

    private FileChannel cut(int[] cuts) throws StagingException {
        byte[] content = work.contents().cut(entry, cuts);
        try {
            FileChannel copy = scratch();
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                copy.write(bytes);
            }
            return copy;
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private FileChannel copy(FileChannel file) throws IOException {
        FileChannel copy = scratch();
        long size = file.size();
        long at = 0;
        while (at < size) {
            at += file.transferTo(at, size - at, copy);
        }
        return copy;
    }

    /** Without a name as soon as it is open, so that nothing is left of it however the program ends. */
    private FileChannel scratch() throws IOException {
        Path path = work.scratch().resolve(".conda-stagehand-" + UUID.randomUUID());
        return FileChannel.open(
                path,
                Set.of(
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE,
                        LinkOption.NOFOLLOW_LINKS));
    }

    private NodeFault unwritable(IOException cause) {
        return new NodeFault("cannot write a copy of `" + entry.path() + "` into `" + work.scratch() + "`", cause);
    }

    private synchronized void used() {
        usesLeft--;
        if (usesLeft == 0 && source != null) {
            close(source);
        }
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            return; // it was only read
        }
    }
}
