package org.condastagehand.relocate;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;

/**
 * One replacement of a prefix in a file's content, by conda-unpack's rules (conda-pack 0.9.2, prefixes.py), once for
 * contents in memory and once for files of any size; a property test holds the two equal.
 */
public sealed interface Relocation permits TextRelocation, BinaryRelocation {
    /** What became of a content. */
    enum Outcome {
        UNCHANGED,
        CHANGED,
        /** The new prefix is longer than the room that the old one has in a binary; nothing was written. */
        DOES_NOT_FIT
    }

    /** A content in memory after the replacement; the very array that came in when nothing changed. */
    record InMemory(Outcome outcome, byte[] content) {}

    /** Opens an empty file for reading and writing that is deleted when it is closed. */
    @FunctionalInterface
    interface Scratch {
        SeekableByteChannel open() throws IOException;
    }

    Prefix from();

    Prefix to();

    InMemory apply(byte[] content);

    /** Bytes that {@link #apply(byte[])} would make the content longer by: who made a content chooses how many those are. */
    long growth(byte[] content);

    /** The same of a file of any size; the channel's position moves. */
    long growth(SeekableByteChannel file) throws IOException;

    /** Rewrites the file in place, so that all its names keep their inode; memory is bounded whatever its size. */
    Outcome apply(SeekableByteChannel file, Scratch scratch) throws IOException;
}
