package org.condastagehand.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarUtils;

/** A tar written byte by byte, so that it can be wrong in every way. */
final class TarBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    TarBytes file(String name, String content) {
        return member('0', name, content);
    }

    TarBytes member(char type, String name, String content) {
        byte[] bytes = content.getBytes(UTF_8);
        return header(type, name.getBytes(UTF_8), 0644, octal(bytes.length), "").data(bytes);
    }

    TarBytes symlink(String name, String target) {
        return header('2', name.getBytes(UTF_8), 0777, octal(0), target);
    }

    TarBytes hardLink(String name, String target) {
        return header('1', name.getBytes(UTF_8), 0644, octal(0), target);
    }

    /** Records of a pax header for the next member: key, value, key, value … */
    TarBytes pax(String... records) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int i = 0; i < records.length; i += 2) {
            byte[] rest = (" " + records[i] + "=" + records[i + 1] + "\n").getBytes(UTF_8);
            int length = rest.length + 1;
            while (String.valueOf(length).length() + rest.length != length) {
                length++;
            }
            text.writeBytes(String.valueOf(length).getBytes(UTF_8));
            text.writeBytes(rest);
        }
        return header('x', "PaxHeader/x".getBytes(UTF_8), 0644, octal(text.size()), "")
                .data(text.toByteArray());
    }

    TarBytes header(char type, byte[] name, int mode, byte[] size, String link) {
        byte[] header = new byte[512];
        System.arraycopy(name, 0, header, 0, Math.min(100, name.length));
        put(header, 100, String.format(Locale.ROOT, "%07o", mode));
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        System.arraycopy(size, 0, header, 124, size.length);
        put(header, 136, "14371000000");
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 157, link);
        put(header, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
        out.writeBytes(header);
        return this;
    }

    TarBytes data(byte[] bytes) {
        out.writeBytes(Arrays.copyOf(bytes, (bytes.length + 511) / 512 * 512));
        return this;
    }

    /** With tar's end mark. */
    byte[] end() {
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    byte[] cutOff() {
        return out.toByteArray();
    }

    static byte[] octal(long size) {
        return String.format(Locale.ROOT, "%011o ", size).getBytes(UTF_8);
    }

    /** A size in GNU tar's base 256, two's complement. */
    static byte[] base256(long size) {
        byte[] field = new byte[12];
        for (int i = 11; i > 3; i--) {
            field[i] = (byte) (size >> (8 * (11 - i)));
        }
        Arrays.fill(field, 0, 4, (byte) (size < 0 ? 0xff : 0));
        field[0] = (byte) (size < 0 ? 0xff : 0x80);
        return field;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    /** Bytes that are to be a tar, each header with the checksum that it should have: no fuzzer guesses those. */
    static byte[] withChecksums(byte[] bytes) {
        byte[] tar = bytes.clone();
        for (long at = 0; at >= 0 && at + 512 <= tar.length; at += 512 + (size(tar, (int) at) + 511) / 512 * 512) {
            int header = (int) at;
            if (isNul(tar, header)) {
                break;
            }
            Arrays.fill(tar, header + 148, header + 156, (byte) ' ');
            int sum = 0;
            for (int i = header; i < header + 512; i++) {
                sum += tar[i] & 0xff;
            }
            byte[] text = String.format(Locale.ROOT, "%06o\0 ", sum).getBytes(UTF_8);
            System.arraycopy(text, 0, tar, header + 148, text.length);
        }
        return tar;
    }

    private static boolean isNul(byte[] tar, int header) {
        for (int i = header; i < header + 512; i++) {
            if (tar[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static long size(byte[] tar, int header) {
        try {
            return Math.max(0, Math.min(1L << 40, TarUtils.parseOctalOrBinary(tar, header + 124, 12)));
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }
}
