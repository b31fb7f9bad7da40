package org.condastagehand.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.BadRequest;

/**
 * Where the frames of a zstd file lie, from the table at its end (zstd's seekable format 0.1.0): a skippable frame of two
 * sizes for each frame before it, then their number, a flag and a magic number.
 *
 * @param frames all frames before the table, in their order, without a gap
 */
public record SeekTable(List<Frame> frames) {
    /** An archive of 1 TiB in frames of 4 MiB; more would fill the heap before anything is known of them. */
    static final int MOST_FRAMES = 1 << 18;

    private static final int MAGIC = 0x184D2A5E;
    private static final int FOOTER_MAGIC = 0x8F92EAB1;
    private static final int FOOTER = 9;
    private static final int ENTRY = 8;

    /**
     * One frame; sizes in bytes.
     *
     * @param offset of its first byte in the file
     * @param decompressedSize 0 for a skippable frame, which has no content as zstd sees it
     */
    public record Frame(long offset, long compressedSize, long decompressedSize) {
        public boolean skippable() {
            return decompressedSize == 0;
        }

        /** Offset of the byte behind it. */
        public long end() {
            return offset + compressedSize;
        }
    }

    public SeekTable {
        frames = List.copyOf(frames);
        long end = 0;
        for (Frame frame : frames) {
            if (frame.offset() != end || frame.compressedSize() <= 0) {
                throw new IllegalArgumentException("frames do not follow each other at byte " + frame.offset());
            }
            end = frame.end();
        }
    }

    /** Bytes of the frames, and so the table's own offset. */
    public long end() {
        return frames.isEmpty() ? 0 : frames.get(frames.size() - 1).end();
    }

    /** The tar's size: what all frames hold together. */
    public long decompressedSize() {
        return frames.stream().mapToLong(Frame::decompressedSize).sum();
    }

    /**
     * The table at a file's end; empty where none stands there, or one of a kind that our packer does not write.
     *
     * @throws BadRequest there is one and it does not describe this file
     */
    public static Optional<SeekTable> read(FileChannel file) throws IOException, BadRequest {
        long size = file.size();
        if (size < SkippableFrame.HEADER + FOOTER) {
            return Optional.empty();
        }
        ByteBuffer footer = bytes(file, size - FOOTER, FOOTER);
        long count = Integer.toUnsignedLong(footer.getInt());
        // the flag's bits tell of checksums, which we do not write, or are reserved
        if (footer.get() != 0 || footer.getInt() != FOOTER_MAGIC) {
            return Optional.empty();
        }
        long content = count * ENTRY + FOOTER;
        if (count > MOST_FRAMES || content + SkippableFrame.HEADER > size) {
            throw broken("names " + count + " frames");
        }
        long begin = size - content - SkippableFrame.HEADER;
        ByteBuffer table = bytes(file, begin, (int) (size - FOOTER - begin));
        if (table.getInt() != MAGIC || Integer.toUnsignedLong(table.getInt()) != content) {
            throw broken("does not begin where its length says");
        }
        return Optional.of(read(table, begin));
    }

    private static SeekTable read(ByteBuffer entries, long begin) throws BadRequest {
        List<Frame> frames = new ArrayList<>();
        long offset = 0;
        while (entries.hasRemaining()) {
            long compressed = Integer.toUnsignedLong(entries.getInt());
            long decompressed = Integer.toUnsignedLong(entries.getInt());
            if (compressed == 0) {
                throw broken("names a frame of no bytes");
            }
            frames.add(new Frame(offset, compressed, decompressed));
            offset += compressed;
        }
        if (offset != begin) {
            throw broken("names frames of " + offset + " bytes, where " + begin + " stand before it");
        }
        return new SeekTable(frames);
    }

    /** The whole skippable frame, to be written behind the frames. */
    byte[] toBytes() {
        if (frames.size() > MOST_FRAMES) {
            throw new IllegalStateException("more than " + MOST_FRAMES + " frames");
        }
        ByteBuffer table = ByteBuffer.allocate(SkippableFrame.HEADER + frames.size() * ENTRY + FOOTER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(MAGIC)
                .putInt(frames.size() * ENTRY + FOOTER);
        for (Frame frame : frames) {
            table.putInt(Math.toIntExact(frame.compressedSize())).putInt(Math.toIntExact(frame.decompressedSize()));
        }
        return table.putInt(frames.size()).put((byte) 0).putInt(FOOTER_MAGIC).array();
    }

    private static ByteBuffer bytes(FileChannel file, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        WholeRead.at(file, from, bytes);
        return bytes.flip();
    }

    private static BadRequest broken(String how) {
        return new BadRequest("the archive is broken: the seek table at its end " + how);
    }
}
