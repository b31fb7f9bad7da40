package org.condastagehand.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Commons Compress's reader takes a missing end mark for an end, and reads {@code ?} for bytes that are not UTF-8:
 * this one tells them apart.
 */
final class CheckedTar extends TarArchiveInputStream {
    private static final int NAME = 0;
    private static final int LINK = 157;
    private static final int PREFIX = 345;

    private byte[] header = new byte[0];
    boolean sawEnd;

    CheckedTar(InputStream in) {
        super(in, "UTF-8");
    }

    @Override
    protected boolean isEOFRecord(byte[] record) {
        boolean end = super.isEOFRecord(record);
        sawEnd = sawEnd || (end && record != null);
        header = record == null ? header : record.clone();
        return end;
    }

    @Override
    protected byte[] getLongNameData() throws IOException {
        byte[] name = super.getLongNameData();
        if (name != null && isGarbled(new String(name, StandardCharsets.UTF_8))) {
            throw new IOException("a name that is not UTF-8");
        }
        return name;
    }

    /** Whether a name was taken from the last header, and not from a longer one before it, and is not UTF-8. */
    boolean garbled(TarArchiveEntry entry) {
        String name = field(NAME, 100);
        String prefix = field(PREFIX, 155);
        String link = field(LINK, 100);
        return (isGarbled(name) && entry.getName().contains(asRead(name)))
                || (isGarbled(prefix) && entry.getName().startsWith(asRead(prefix)))
                || (isGarbled(link) && entry.getLinkName().equals(asRead(link)));
    }

    private String field(int from, int most) {
        int end = from;
        while (end < Math.min(header.length, from + most) && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.UTF_8);
    }

    private static boolean isGarbled(String text) {
        return text.indexOf(MemberPath.NOT_UTF8) >= 0;
    }

    private static String asRead(String garbled) {
        return garbled.replace(MemberPath.NOT_UTF8, '?');
    }
}
