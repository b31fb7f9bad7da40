package org.condastagehand.archive;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.condastagehand.relocate.Prefix;

/**
 * Writes an archive of ours (docs/archive-format.md): frames that are appended in their order, and at last, before them,
 * the head that can only be known when all else is.
 */
public final class ArchiveWriter {
    private static final int DIGESTS_LEVEL = 3;
    private static final int BLOCK = 8 << 20;

    /** Marks the skippable frame of digests. */
    static final int DIGESTS_MAGIC = 0x184D2A5B;

    private record Written(int compressed, int decompressed) {}

    private final FileChannel file;
    private final FrameCodec codec;
    private final int reserved;
    private final List<Written> frames = new ArrayList<>();
    private final List<Integer> continued = new ArrayList<>();
    private long end;
    private long tarBytes;

    /**
     * Begins an archive.
     *
     * @param file empty
     * @param reserved bytes to leave free for the head; where it is larger, what was written moves
     */
    public ArchiveWriter(FileChannel file, FrameCodec codec, int reserved) {
        this.file = file;
        this.codec = codec;
        this.reserved = indexed() ? reserved : 0;
        this.end = this.reserved;
    }

    private boolean indexed() {
        return codec.format() == FrameCodec.Format.TAR_ZST;
    }

    /**
     * Appends a compressed frame.
     *
     * @param tarBytes that it holds
     * @param continues whether it begins inside a member's content
     */
    public void append(byte[] frame, int length, int tarBytes, boolean continues) throws IOException {
        write(ByteBuffer.wrap(frame, 0, length), end);
        end += length;
        frames.add(new Written(length, tarBytes));
        this.tarBytes += tarBytes;
        if (continues) {
            continued.add(frames.size()); // frame 0 is the head's
        }
    }

    /** Bytes in the file so far. */
    public long size() {
        return end;
    }

    /** What the packer knows at last. */
    public record Facts(
            String packedBy,
            Prefix prefix,
            String fingerprint,
            Manifest.Counts counts,
            List<String> unrecorded,
            Optional<String> state,
            boolean copy) {}

    /** A file's SHA-256 in lower case hexadecimals. */
    public record Digest(String path, String sha256) {
        /** As sha256sum(1) writes it: where a name has a line break in it, the line begins with a backslash. */
        String line() {
            String escaped = path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
            return (escaped.equals(path) ? "" : "\\") + sha256 + "  " + escaped + "\n";
        }
    }

    /**
     * Writes what stands before and behind the frames; the archive is then whole.
     *
     * @param head the tar's first member: header, content and padding
     * @param digests of all regular members, in the archive's order
     */
    public void finish(byte[] head, Facts facts, Iterable<Digest> digests) throws IOException {
        byte[] first = codec.compress(head);
        if (!indexed()) {
            insert(first, new byte[0]);
            return;
        }
        Manifest manifest = new Manifest(
                facts.packedBy(),
                facts.prefix(),
                facts.fingerprint(),
                facts.counts(),
                tarBytes + head.length,
                continued,
                facts.unrecorded(),
                facts.state(),
                facts.copy());
        byte[] second = manifest.toFrame();
        int free = reserved - first.length - second.length;
        second = SkippableFrame.padded(second, free >= SkippableFrame.HEADER ? free : 0);
        insert(first, second);
        byte[] last = digestsFrame(digests);
        List<SeekTable.Frame> table = new ArrayList<>();
        add(table, first.length, head.length);
        add(table, second.length, 0);
        frames.forEach(frame -> add(table, frame.compressed(), frame.decompressed()));
        add(table, last.length, 0);
        append(last);
        append(new SeekTable(table).toBytes());
    }

    private static void add(List<SeekTable.Frame> table, int compressed, int decompressed) {
        long offset = table.isEmpty() ? 0 : table.get(table.size() - 1).end();
        table.add(new SeekTable.Frame(offset, compressed, decompressed));
    }

    private static byte[] digestsFrame(Iterable<Digest> digests) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(new byte[SkippableFrame.HEADER]);
        try (OutputStream out = new ZstdOutputStreamNoFinalizer(frame, DIGESTS_LEVEL).setChecksum(true)) {
            for (Digest digest : digests) {
                out.write(digest.line().getBytes(StandardCharsets.UTF_8));
            }
        }
        byte[] bytes = frame.toByteArray();
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(DIGESTS_MAGIC)
                .putInt(bytes.length - SkippableFrame.HEADER);
        return bytes;
    }

    private void append(byte[] bytes) throws IOException {
        write(ByteBuffer.wrap(bytes), end);
        end += bytes.length;
    }

    private void insert(byte[] first, byte[] second) throws IOException {
        long distance = (long) first.length + second.length - reserved;
        if (distance != 0) {
            move(distance);
        }
        write(ByteBuffer.wrap(first), 0);
        write(ByteBuffer.wrap(second), first.length);
    }

    /** Moves all frames: towards the end from the last to the first, towards the beginning from the first to the last. */
    private void move(long distance) throws IOException {
        ByteBuffer block = ByteBuffer.allocate((int) Math.min(BLOCK, Math.max(1, end - reserved)));
        long left = end - reserved;
        while (left > 0) {
            int length = (int) Math.min(block.capacity(), left);
            long from = distance > 0 ? reserved + left - length : end - left;
            block.clear().limit(length);
            while (block.hasRemaining()) {
                if (file.read(block, from + block.position()) < 0) {
                    throw new IOException("the new archive became shorter while it was written");
                }
            }
            write(block.flip(), from + distance);
            left -= length;
        }
        end += distance;
        file.truncate(end);
    }

    private void write(ByteBuffer bytes, long at) throws IOException {
        long position = at;
        while (bytes.hasRemaining()) {
            position += file.write(bytes, position);
        }
    }
}
