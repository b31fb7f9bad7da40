package org.condastagehand.relocate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * Searches a file through a block in memory. What was read stays valid for a search that goes on behind the last place
 * that was rewritten, so a file with many placeholders is still read once.
 */
final class FileWindow {
    private final SeekableByteChannel file;
    private final byte[] block;
    private long base;
    private int length;

    /** A window of so many bytes, which are at least as many as the longest pattern to search for. */
    FileWindow(SeekableByteChannel file, int size) {
        this.file = file;
        this.block = new byte[size];
    }

    /** Offset of the first occurrence at or behind {@code from}, or -1. */
    long find(ByteSearch search, int patternLength, long from) throws IOException {
        long at = from;
        while (load(at, patternLength)) {
            int found = search.find(block, (int) (at - base), length);
            if (found >= 0) {
                return base + found;
            }
            at = base + length - patternLength + 1;
        }
        return -1;
    }

    /** Offset of the first NUL at or behind {@code from}, or -1. */
    long findNul(long from) throws IOException {
        long at = from;
        while (load(at, 1)) {
            for (int i = (int) (at - base); i < length; i++) {
                if (block[i] == 0) {
                    return base + i;
                }
            }
            at = base + length;
        }
        return -1;
    }

    /** Whether so many bytes from there on exist and are all NUL. */
    boolean allNul(long from, long count) throws IOException {
        long at = from;
        while (at < from + count) {
            if (!load(at, 1)) {
                return false;
            }
            for (int i = (int) (at - base); i < length && at < from + count; i++, at++) {
                if (block[i] != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Makes {@code atLeast} bytes from {@code at} on stand in the block; false when the file has no more so many. */
    private boolean load(long at, int atLeast) throws IOException {
        if (at >= base && at + atLeast <= base + length) {
            return true;
        }
        file.position(at);
        base = at;
        length = Channels.fill(file, ByteBuffer.wrap(block));
        return length >= atLeast;
    }
}
