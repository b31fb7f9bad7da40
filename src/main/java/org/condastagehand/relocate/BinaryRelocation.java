package org.condastagehand.relocate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/**
 * Replaces every occurrence that stands in a NUL-terminated string; the string may shrink, padded with NUL, but the
 * offsets after it must not move. An occurrence that no NUL follows is left alone.
 *
 * @param slack NULs behind a string for each occurrence in it, where conda shortened a placeholder to {@code from}: the
 *     room into which the string may grow again. 0 where nothing is known of that.
 */
public record BinaryRelocation(Prefix from, Prefix to, int slack) implements Relocation {
    public BinaryRelocation {
        if (slack < 0) {
            throw new IllegalArgumentException("negative slack: " + slack);
        }
    }

    public BinaryRelocation(Prefix from, Prefix to) {
        this(from, to, 0);
    }

    @Override
    public InMemory apply(byte[] content) {
        ByteSearch search = from.search();
        byte[] result = content;
        int start = from.equals(to) ? -1 : search.find(content, 0, content.length);
        while (start >= 0) {
            int end = indexOfNul(content, start + from.length());
            if (end == content.length) {
                break;
            }
            TextRelocation text = new TextRelocation(from, to);
            // told before it is made: a string of nothing but prefixes would fill the heap
            long growth = text.difference(content, start, end);
            if (!fits(growth) || !padded(content, end, paddingBehind(growth))) {
                return new InMemory(Outcome.DOES_NOT_FIT, content);
            }
            byte[] string = text.apply(Arrays.copyOfRange(content, start, end)).content();
            int next = end + 1 + (int) Math.max(0, growth);
            result = result == content ? content.clone() : result;
            System.arraycopy(string, 0, result, start, string.length);
            Arrays.fill(result, start + string.length, next, (byte) 0);
            start = search.find(content, next, content.length);
        }
        return new InMemory(result == content ? Outcome.UNCHANGED : Outcome.CHANGED, result);
    }

    /** What comes behind a string in a binary may not move. */
    @Override
    public long growth(byte[] content) {
        return 0;
    }

    @Override
    public long growth(SeekableByteChannel file) {
        return 0;
    }

    @Override
    public Outcome apply(SeekableByteChannel file, Scratch scratch) throws IOException {
        return apply(file, scratch, TextRelocation.BLOCK);
    }

    Outcome apply(SeekableByteChannel file, Scratch scratch, int block) throws IOException {
        // a refusal must leave the file as it was, so what may not fit is tried first
        if (to.length() > from.length() && walk(file, scratch, block, false) == Outcome.DOES_NOT_FIT) {
            return Outcome.DOES_NOT_FIT;
        }
        return walk(file, scratch, block, true);
    }

    private Outcome walk(SeekableByteChannel file, Scratch scratch, int block, boolean write) throws IOException {
        FileWindow window = new FileWindow(file, Math.max(block, from.length()));
        ByteSearch search = from.search();
        Outcome outcome = Outcome.UNCHANGED;
        long start = from.equals(to) ? -1 : window.find(search, from.length(), 0);
        while (start >= 0) {
            long end = window.findNul(start + from.length());
            if (end < 0) {
                break;
            }
            // a library may hold a hundred thousand short strings: a file for each would take minutes
            boolean small = end - start <= block;
            TextRelocation text = new TextRelocation(from, to);
            long growth = small ? difference(text, file, start, end) : text.difference(file, start, end);
            if (!fits(growth) || !window.allNul(end, 1 + paddingBehind(growth))) {
                return Outcome.DOES_NOT_FIT;
            }
            if (write) {
                try (SeekableByteChannel string = small ? new SeekableInMemoryByteChannel() : scratch.open()) {
                    text.rewrite(new FilePart(file, start, end), string, small ? (int) (end - start) : block);
                    file.position(start);
                    Channels.copy(string.position(0), file);
                    Channels.zeros(file, end + 1 + Math.max(0, growth) - file.position());
                }
            }
            outcome = Outcome.CHANGED;
            start = window.find(search, from.length(), end + 1 + Math.max(0, growth));
        }
        return outcome;
    }

    private static long difference(TextRelocation text, SeekableByteChannel file, long start, long end)
            throws IOException {
        byte[] string = new byte[(int) (end - start)];
        Channels.fill(new FilePart(file, start, end), ByteBuffer.wrap(string));
        return text.difference(string, 0, string.length);
    }

    private boolean fits(long growth) {
        return growth <= 0 || to.length() - from.length() <= slack;
    }

    /** How many NULs must stand behind the terminator as proof that conda put them there; none when nothing grows. */
    private long paddingBehind(long growth) {
        return growth <= 0 ? 0 : growth / (to.length() - from.length()) * slack;
    }

    private static boolean padded(byte[] content, int end, long padding) {
        if (end + padding >= content.length) {
            return padding == 0;
        }
        for (int i = end; i <= end + padding; i++) {
            if (content[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static int indexOfNul(byte[] content, int from) {
        int at = from;
        while (at < content.length && content[at] != 0) {
            at++;
        }
        return at;
    }
}
