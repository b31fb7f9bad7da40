package org.condastagehand.stage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.condastagehand.host.StagingException;

/**
 * Files that follow each other, on their way to disk together: one array and one hand-over for many, and no two writers
 * wait for the lock of one directory.
 */
final class Batch {
    /** Of an array that many files share; a larger file has one to itself. */
    static final int SIZE = 1 << 20;

    private static final int MOST_FILES = 512;

    private record Item(FileEntry entry, int from, int to) {}

    private final byte[] bytes;
    private final List<Item> items = new ArrayList<>();
    private int used;

    Batch(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] bytes() {
        return bytes;
    }

    boolean hasRoomFor(long size) {
        return size <= bytes.length - used && items.size() < MOST_FILES;
    }

    /** Reads a whole content. */
    void add(FileEntry entry, Bytes content) throws StagingException {
        int size = (int) entry.size();
        FileWriter.requireAll(entry, content.readFully(bytes, used, size));
        items.add(new Item(entry, used, used + size));
        used += size;
    }

    /** What writes one file. */
    @FunctionalInterface
    interface Writer {
        void write(FileEntry entry, byte[] bytes, int from, int to) throws IOException, StagingException;
    }

    void writeTo(Writer writer) throws IOException, StagingException {
        for (Item item : items) {
            writer.write(item.entry(), bytes, item.from(), item.to());
        }
    }
}
