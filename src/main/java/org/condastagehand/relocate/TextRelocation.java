package org.condastagehand.relocate;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;

/** Replaces every occurrence; a text may grow or shrink. */
public record TextRelocation(Prefix from, Prefix to) implements Relocation {
    /** Bytes of a file that are looked at together. */
    static final int BLOCK = 1 << 20;

    private static final int MOST_BUFFERED = 1 << 16;

    @Override
    public InMemory apply(byte[] content) {
        ByteSearch search = from.search();
        int found = search.find(content, 0, content.length);
        if (found < 0 || from.equals(to)) {
            return new InMemory(Outcome.UNCHANGED, content);
        }
        // with the room that it takes from the beginning: to double it would take three times as much on the way
        int length = Math.toIntExact(content.length + difference(content, found, content.length));
        ByteBuffer out = ByteBuffer.allocate(length);
        int at = 0;
        while (found >= 0) {
            out.put(content, at, found - at).put(to.bytes());
            at = found + from.length();
            found = search.find(content, at, content.length);
        }
        out.put(content, at, content.length - at);
        return new InMemory(Outcome.CHANGED, out.array());
    }

    @Override
    public long growth(byte[] content) {
        return Math.max(0, difference(content, 0, content.length));
    }

    /** Bytes that the part between two offsets would become longer by, negative where it becomes shorter. */
    long difference(byte[] content, int start, int end) {
        long count = 0;
        int found = from.search().find(content, start, end);
        while (found >= 0) {
            count++;
            found = from.search().find(content, found + from.length(), end);
        }
        return count * (to.length() - from.length());
    }

    @Override
    public long growth(SeekableByteChannel file) throws IOException {
        return to.length() <= from.length() ? 0 : difference(file, 0, Long.MAX_VALUE);
    }

    /** The same of a file. */
    long difference(SeekableByteChannel file, long start, long end) throws IOException {
        FileWindow window = new FileWindow(file, Math.max(BLOCK, from.length()));
        long count = 0;
        long found = window.find(from.search(), from.length(), start);
        while (found >= 0 && found + from.length() <= end) {
            count++;
            found = window.find(from.search(), from.length(), found + from.length());
        }
        return count * (to.length() - from.length());
    }

    /** A text that grows would overtake itself in place, so the new one is made in a scratch file and copied back. */
    @Override
    public Outcome apply(SeekableByteChannel file, Scratch scratch) throws IOException {
        return apply(file, scratch, BLOCK);
    }

    Outcome apply(SeekableByteChannel file, Scratch scratch, int block) throws IOException {
        FileWindow window = new FileWindow(file, Math.max(block, from.length()));
        long first = from.equals(to) ? -1 : window.find(from.search(), from.length(), 0);
        if (first < 0) {
            return Outcome.UNCHANGED;
        }
        try (SeekableByteChannel rewritten = scratch.open()) {
            rewrite(new FilePart(file, first, file.size()), rewritten, block);
            file.position(first);
            Channels.copy(rewritten.position(0), file);
            file.truncate(first + rewritten.size());
            return Outcome.CHANGED;
        }
    }

    /** Writes the replaced content, looking at {@code block} bytes at a time. */
    void rewrite(ReadableByteChannel in, WritableByteChannel rewritten, int block) throws IOException {
        ByteSearch search = from.search();
        byte[] window = new byte[block + from.length()];
        // a text may hold the prefix in each of a million lines: a call of the system for each half line would be slow
        OutputStream out = new BufferedOutputStream(
                java.nio.channels.Channels.newOutputStream(rewritten), Math.min(window.length, MOST_BUFFERED));
        int held = 0;
        while (true) {
            int read = Channels.fill(in, ByteBuffer.wrap(window, held, window.length - held));
            int end = held + read;
            int at = 0;
            int found = search.find(window, 0, end);
            while (found >= 0) {
                out.write(window, at, found - at);
                out.write(to.bytes(), 0, to.length());
                at = found + from.length();
                found = search.find(window, at, end);
            }
            // an occurrence may begin in the last bytes of this window and end in the next
            held = read == 0 ? 0 : Math.min(end - at, from.length() - 1);
            out.write(window, at, end - at - held);
            System.arraycopy(window, end - held, window, 0, held);
            if (read == 0) {
                out.flush();
                return;
            }
        }
    }
}
