package org.condastagehand.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.condastagehand.host.BadRequest;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar of any of the kinds that packers write: v7, ustar, pax (POSIX.1-2001) and GNU.
 *
 * <p>Ours and not Commons Compress's, which takes 13 µs for a header, 27 with a pax header before it, where all that
 * staging does for a file in this program takes about as long (docs/design/engine.md); which takes a missing end mark for
 * an end, and gives {@code ?} for bytes that are not UTF-8.
 */
final class TarReader {
    private static final int BLOCK = TarHeader.BLOCK;

    /** conda-pack's largest header is a pax record with a path of some hundred bytes. */
    private static final int MOST_HEADER_BYTES = 1 << 20;

    private static final byte[] USTAR = {'u', 's', 't', 'a', 'r', 0};

    private final InputStream in;
    private final byte[] block = new byte[BLOCK];
    private final PaxRecords global = new PaxRecords();
    private long left;
    private long padding;
    private boolean sawEnd;

    TarReader(InputStream in) {
        this.in = in;
    }

    /** Whether tar's end mark was read. */
    boolean sawEnd() {
        return sawEnd;
    }

    /** Bytes of the current member's content that were not read yet. */
    long left() {
        return left;
    }

    /** Reads of the current member's content; -1 at its end. */
    int read(byte[] into, int from, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int count = in.read(into, from, (int) Math.min(length, left));
        if (count < 0) {
            throw new EOFException("it ends within a member: it was cut off");
        }
        left -= count;
        return count;
    }

    /** The next member, what is unread of the last one passed over; empty at the end mark, or where the tar was cut. */
    Optional<TarEntry> next() throws IOException, BadRequest {
        PaxRecords pax = global;
        byte[] name = null;
        byte[] link = null;
        while (nextBlock()) {
            long size = TarUtils.parseOctalOrBinary(block, 124, 12);
            char type = (char) (block[156] & 0xff);
            switch (type) {
                case 'x', 'X' -> {
                    pax = pax == global ? global.copy() : pax;
                    pax.add(headerContent(size));
                }
                case 'g' -> global.add(headerContent(size));
                case 'L' -> name = upToNul(headerContent(size));
                case 'K' -> link = upToNul(headerContent(size));
                default -> {
                    return Optional.of(entry(type, size, pax, name, link));
                }
            }
        }
        return Optional.empty();
    }

    /** Reads a header's block; false at the end. */
    private boolean nextBlock() throws IOException {
        pass();
        if (sawEnd || in.readNBytes(block, 0, BLOCK) < BLOCK) {
            return false;
        }
        if (isNul(block)) {
            sawEnd = true;
            return false;
        }
        if (!TarUtils.verifyCheckSum(block)) {
            throw new IOException("a header with a wrong checksum");
        }
        return true;
    }

    private void pass() throws IOException {
        long rest = left + padding;
        left = 0;
        padding = 0;
        while (rest > 0) {
            long skipped = in.skip(rest);
            if (skipped <= 0) {
                throw new EOFException("it ends within a member: it was cut off");
            }
            rest -= skipped;
        }
    }

    private TarEntry entry(
            char type, long ownSize, PaxRecords pax, byte @Nullable [] longName, byte @Nullable [] longLink)
            throws IOException, BadRequest {
        long size = pax.size(ownSize);
        follow(size);
        byte[] name = pax.name("path").orElse(longName == null ? name() : longName);
        byte[] link = pax.name("linkpath").orElse(longLink == null ? field(157, 100) : longLink);
        return new TarEntry(
                type,
                text(name, name),
                text(link, name),
                size,
                (int) TarUtils.parseOctalOrBinary(block, 100, 8),
                pax.modified(FileTime.from(TarUtils.parseOctalOrBinary(block, 136, 12), TimeUnit.SECONDS)),
                pax.sparse() || type == 'S');
    }

    /** So many bytes and their padding come before the next header. */
    private void follow(long size) throws IOException {
        if (size < 0 || size > Long.MAX_VALUE - 2 * BLOCK) {
            throw new IOException("a member with a size of " + size);
        }
        left = size;
        padding = (BLOCK - size % BLOCK) % BLOCK;
    }

    private byte[] headerContent(long size) throws IOException {
        follow(size);
        if (size > MOST_HEADER_BYTES) {
            throw new IOException("a header that is larger than any that conda-pack writes");
        }
        byte[] content = in.readNBytes((int) size);
        if (content.length < size) {
            throw new EOFException("it ends within a header: it was cut off");
        }
        left = 0;
        return content;
    }

    /** With ustar's prefix; in GNU's own headers other things stand in its place. */
    private byte[] name() {
        byte[] name = field(0, 100);
        for (int i = 0; i < USTAR.length; i++) {
            if (block[257 + i] != USTAR[i]) {
                return name;
            }
        }
        byte[] prefix = field(345, 155);
        if (prefix.length == 0) {
            return name;
        }
        byte[] whole = new byte[prefix.length + 1 + name.length];
        System.arraycopy(prefix, 0, whole, 0, prefix.length);
        whole[prefix.length] = '/';
        System.arraycopy(name, 0, whole, prefix.length + 1, name.length);
        return whole;
    }

    private byte[] field(int from, int most) {
        int end = from;
        while (end < from + most && block[end] != 0) {
            end++;
        }
        byte[] field = new byte[end - from];
        System.arraycopy(block, from, field, 0, field.length);
        return field;
    }

    private static byte[] upToNul(byte[] content) {
        int end = 0;
        while (end < content.length && content[end] != 0) {
            end++;
        }
        return Arrays.copyOf(content, end);
    }

    private static String text(byte[] bytes, byte[] member) throws BadRequest {
        for (byte b : bytes) {
            if (b < 0) {
                return decoded(bytes, member);
            }
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String decoded(byte[] bytes, byte[] member) throws BadRequest {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            String name = new String(member, StandardCharsets.UTF_8);
            String shown = name.length() > 200 ? name.substring(0, 200) + "…" : name;
            throw new BadRequest("the name or the link target of member `" + shown + "` is not UTF-8");
        }
    }

    static boolean isNul(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
