package org.condastagehand.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipEncoding;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;

/**
 * What stands before a member's content: a ustar header, and before that one pax header where a name, a size or a time does
 * not fit into it. Owners are left out, so that the same tree makes the same bytes whoever packs it.
 */
public final class TarHeader {
    /** Tar counts in blocks of so many bytes. */
    public static final int BLOCK = 512;

    private static final byte PAX = TarConstants.LF_PAX_EXTENDED_HEADER_LC;
    private static final String PAX_NAME = "PaxHeader/next";
    private static final int MOST_NAME_BYTES = 100;
    private static final long MOST_SECONDS = 0_77777777777L;
    private static final long MOST_SIZE = 0_77777777777L;
    private static final ZipEncoding UTF_8 = ZipEncodingHelper.getZipEncoding("UTF-8");

    private TarHeader() {}

    /** The header's blocks. */
    public static byte[] of(Member member) {
        byte kind =
                switch (member.kind()) {
                    case FILE -> TarConstants.LF_NORMAL;
                    case DIRECTORY -> TarConstants.LF_DIR;
                    case SYMLINK -> TarConstants.LF_SYMLINK;
                    case HARD_LINK -> TarConstants.LF_LINK;
                };
        boolean directory = member.kind() == Member.Kind.DIRECTORY;
        String name = directory ? member.path() + "/" : member.path();
        TarArchiveEntry entry = entry(name, kind, member.size());
        entry.setMode(member.mode());
        entry.setLinkName(member.link());
        entry.setLastModifiedTime(FileTime.from(Instant.ofEpochSecond(seconds(member.modified()))));
        byte[] pax = pax(name, member);
        return pax.length == 0 ? blocks(entry, pax) : joined(blocks(entry(PAX_NAME, PAX, pax.length), pax), entry);
    }

    /** How many bytes the header has. */
    public static int length(Member member) {
        boolean directory = member.kind() == Member.Kind.DIRECTORY;
        int pax = pax(directory ? member.path() + "/" : member.path(), member).length;
        return pax == 0 ? BLOCK : (int) (2 * BLOCK + padded(pax));
    }

    /** Bytes from the first of a content to the end of its last block. */
    public static long padded(long size) {
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }

    private static TarArchiveEntry entry(String name, byte kind, long size) {
        TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
        entry.setIds(0, 0);
        entry.setNames("", "");
        entry.setMode(0644);
        entry.setSize(size);
        entry.setLastModifiedTime(FileTime.fromMillis(0));
        return entry;
    }

    private static byte[] joined(byte[] before, TarArchiveEntry entry) {
        byte[] both = Arrays.copyOf(before, before.length + BLOCK);
        System.arraycopy(blocks(entry, new byte[0]), 0, both, before.length, BLOCK);
        return both;
    }

    private static byte[] blocks(TarArchiveEntry entry, byte[] content) {
        byte[] blocks = new byte[(int) (BLOCK + padded(content.length))];
        try {
            entry.writeEntryHeader(blocks, UTF_8, false);
        } catch (IOException e) {
            throw new UncheckedIOException("a name was not checked", e);
        }
        System.arraycopy(content, 0, blocks, BLOCK, content.length);
        return blocks;
    }

    private static byte[] pax(String name, Member member) {
        StringBuilder records = new StringBuilder();
        if (!fits(name)) {
            record(records, "path", name);
        }
        if (!fits(member.link())) {
            record(records, "linkpath", member.link());
        }
        if (member.size() > MOST_SIZE) {
            record(records, "size", Long.toString(member.size()));
        }
        Instant modified = member.modified().toInstant();
        if (!modified.equals(Instant.ofEpochSecond(seconds(member.modified())))) {
            BigDecimal exact =
                    BigDecimal.valueOf(modified.getEpochSecond()).add(BigDecimal.valueOf(modified.getNano(), 9));
            record(records, "mtime", exact.stripTrailingZeros().toPlainString());
        }
        return records.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static boolean fits(String name) {
        return name.length() <= MOST_NAME_BYTES && name.getBytes(StandardCharsets.UTF_8).length <= MOST_NAME_BYTES;
    }

    /** Whole seconds as the ustar header can hold them. */
    private static long seconds(FileTime time) {
        return Math.max(0, Math.min(MOST_SECONDS, time.toInstant().getEpochSecond()));
    }

    /** A record counts its own length's digits too. */
    private static void record(StringBuilder records, String key, String value) {
        String rest = " " + key + "=" + value + "\n";
        int bytes = rest.getBytes(StandardCharsets.UTF_8).length;
        int length = bytes + 1;
        while (Integer.toString(length).length() + bytes != length) {
            length++;
        }
        records.append(length).append(rest);
    }
}
