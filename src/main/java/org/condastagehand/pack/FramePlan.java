package org.condastagehand.pack;

import java.util.ArrayList;
import java.util.List;
import org.condastagehand.archive.IndexedArchive;
import org.condastagehand.archive.TarHeader;

/**
 * Cuts the tar into frames before a byte of it is read, from the sizes alone: frames can then be made in any order, and
 * come out the same however many threads make them.
 */
final class FramePlan {
    /** Bytes of tar in a frame, at most. */
    static final int FRAME = IndexedArchive.LARGEST_FRAME;

    private FramePlan() {}

    /** A step of the work, in the archive's order. */
    sealed interface Slot {}

    /** A frame of whole members: those from {@code from} to before {@code to}. */
    record Whole(int from, int to) implements Slot {}

    /** One frame of a member that fills several; {@code number} counts from 0. */
    record Part(int member, int number, int of) implements Slot {}

    /** A look at the whole of such a member, which makes no frame: its digest, its records. */
    record Look(int member, int of) implements Slot {}

    /** The mark at the end of the tar, a frame of its own. */
    record End() implements Slot {}

    static List<Slot> of(List<Entry> entries) {
        List<Slot> slots = new ArrayList<>();
        int from = 0;
        long filled = 0;
        for (int i = 0; i < entries.size(); i++) {
            long length = length(entries.get(i));
            if (filled > 0 && filled + length > FRAME) {
                slots.add(new Whole(from, i));
                filled = 0;
            }
            if (filled == 0) {
                from = i;
            }
            if (length > FRAME) {
                int parts = Math.toIntExact((length + FRAME - 1) / FRAME);
                for (int part = 0; part < parts; part++) {
                    slots.add(new Part(i, part, parts));
                }
                slots.add(new Look(i, parts));
            } else {
                filled += length;
            }
        }
        if (filled > 0) {
            slots.add(new Whole(from, entries.size()));
        }
        slots.add(new End());
        return slots;
    }

    /** What a member takes in the tar. */
    static long length(Entry entry) {
        long content = entry.isFile() ? TarHeader.padded(entry.member().size()) : 0;
        return TarHeader.length(entry.member()) + content;
    }
}
