package org.condastagehand.archive;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.condastagehand.host.BadRequest;

/**
 * The members of some frames of an {@link IndexedArchive}. Two arrays serve for all frames, larger ones for a first frame that
 * needs them, so a content is valid until the next call only.
 */
public final class FrameReader implements AutoCloseable {
    private final IndexedArchive archive;
    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
    private byte[] compressed;
    private byte[] bytes = new byte[IndexedArchive.LARGEST_FRAME];
    private TarReader tar = new TarReader(InputStream.nullInputStream());
    private int first;
    private int frame;
    private int end;
    private int length;
    private int at;

    FrameReader(IndexedArchive archive) {
        this.archive = archive;
        this.compressed = new byte[archive.largestCompressed()];
    }

    /** Begins with a run. */
    public void open(IndexedArchive.Run run) throws BadRequest {
        first = run.first();
        frame = first;
        end = run.first() + run.frames();
        load();
        tar = new TarReader(new Frames());
    }

    private void load() throws BadRequest {
        compressed = atLeast(archive.compressedSize(frame), compressed);
        bytes = atLeast((int) archive.size(frame), bytes);
        try {
            int size = archive.compressed(frame, compressed);
            length = zstd.decompressByteArray(bytes, 0, (int) archive.size(frame), compressed, 0, size);
        } catch (ZstdException | IOException e) {
            throw archive.broken("a frame that cannot be read, number " + frame, e);
        }
        if (length != archive.size(frame) || length % TarHeader.BLOCK != 0) {
            throw archive.broken("a frame of another size than its seek table says, number " + frame);
        }
        at = 0;
    }

    private static byte[] atLeast(int size, byte[] array) {
        return size <= array.length ? array : new byte[size];
    }

    /** The next member of the run; empty at the run's end. */
    public Optional<Member> next() throws BadRequest {
        try {
            while (true) {
                Optional<TarEntry> entry = tar.next();
                if (entry.isEmpty()) {
                    requireEnd();
                    return Optional.empty();
                }
                if (frame != first) {
                    throw archive.broken("a member that begins where another goes on, in frame " + frame);
                }
                Member member = Member.of(entry.get());
                if (!member.path().isEmpty()) {
                    return Optional.of(member);
                }
            }
        } catch (IOException | RuntimeException e) {
            throw archive.broken("a frame that is no tar, number " + frame, e);
        }
    }

    private void requireEnd() throws BadRequest {
        boolean last = end == archive.frames();
        if (frame + 1 != end || (at != length && !tar.sawEnd()) || tar.sawEnd() != last) {
            throw archive.broken("members where its frames have none, number " + frame);
        }
    }

    /** Whether the member's content lies whole between {@link #from()} and its size behind that in {@link #bytes()}. */
    public boolean isWhole() {
        return tar.left() <= length - at;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int from() {
        return at;
    }

    /** Reads of the content of a member that is not whole in memory. */
    public int read(byte[] into, int from, int count) throws BadRequest {
        try {
            return tar.read(into, from, count);
        } catch (IOException e) {
            throw archive.broken("a member that is cut off, in frame " + frame, e);
        }
    }

    @Override
    public void close() {
        zstd.close();
    }

    /** The contents of the run's frames, one behind the other. */
    private final class Frames extends InputStream {
        private boolean advance() throws IOException {
            if (at < length) {
                return true;
            }
            if (frame + 1 >= end) {
                return false;
            }
            frame++;
            try {
                load();
            } catch (BadRequest e) {
                throw new IOException(e.getMessage(), e);
            }
            return true;
        }

        @Override
        public int read() throws IOException {
            return advance() ? bytes[at++] & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int from, int most) throws IOException {
            if (!advance()) {
                return -1;
            }
            int count = Math.min(most, length - at);
            System.arraycopy(bytes, at, into, from, count);
            at += count;
            return count;
        }

        @Override
        public long skip(long most) throws IOException {
            if (!advance()) {
                return 0;
            }
            int count = (int) Math.min(most, length - at);
            at += count;
            return count;
        }
    }
}
