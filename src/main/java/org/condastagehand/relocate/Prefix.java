package org.condastagehand.relocate;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A prefix or a placeholder as the UTF-8 bytes that stand in files; a directory's path without a slash at its end. */
public final class Prefix {
    private final String text;
    private final byte[] bytes;
    /** Made when it is first needed: an archive may name a million placeholders. */
    private @Nullable ByteSearch search;

    private Prefix(String text) {
        this.text = text;
        this.bytes = text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A prefix of these characters.
     *
     * @throws IllegalArgumentException the text is empty, which would stand everywhere in every file, or has half a
     *     surrogate pair in it, which Java would encode as a question mark
     */
    public static Prefix of(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a prefix cannot be empty");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("a prefix is not UTF-8: `" + text + "`");
        }
        return new Prefix(text);
    }

    /** A directory's path. */
    public static Prefix of(Path path) {
        return of(path.toString());
    }

    /** In bytes, which is what the room in a binary is counted in. */
    public int length() {
        return bytes.length;
    }

    byte[] bytes() {
        return bytes;
    }

    ByteSearch search() {
        ByteSearch made = search == null ? new ByteSearch(bytes) : search;
        search = made; // in a race each thread makes an equal one
        return made;
    }

    /** Whether it occurs between two offsets. */
    public boolean standsIn(byte[] content, int from, int end) {
        return search().find(content, from, end) >= 0;
    }

    /** Whether it occurs in a file of any size; the channel's position moves. */
    public boolean standsIn(SeekableByteChannel file) throws IOException {
        return window(file).find(search(), bytes.length, 0) >= 0;
    }

    /** Whether it occurs in a string that a NUL ends, as binaries hold it. */
    public boolean standsTerminatedIn(byte[] content) {
        int found = search().find(content, 0, content.length);
        int last = content.length - 1;
        while (last >= 0 && content[last] != 0) {
            last--;
        }
        return found >= 0 && found < last;
    }

    /** The same of a file of any size; the channel's position moves. */
    public boolean standsTerminatedIn(SeekableByteChannel file) throws IOException {
        FileWindow window = window(file);
        long found = window.find(search(), bytes.length, 0);
        return found >= 0 && window.findNul(found + bytes.length) >= 0;
    }

    private FileWindow window(SeekableByteChannel file) {
        return new FileWindow(file, Math.max(TextRelocation.BLOCK, bytes.length));
    }

    /** Whether a path is this directory or lies below it. */
    public boolean holds(String path) {
        return path.startsWith(text) && (path.length() == text.length() || path.charAt(text.length()) == '/');
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Prefix prefix && Arrays.equals(bytes, prefix.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return text;
    }
}
