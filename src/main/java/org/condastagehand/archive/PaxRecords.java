package org.condastagehand.archive;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The keys of a pax header that concern an environment: what they say counts instead of the next header's own fields. */
final class PaxRecords {
    /** A year that {@link Instant} knows; what lies beyond is as far as a file's time goes anyway. */
    private static final BigDecimal FARTHEST = BigDecimal.valueOf(Instant.MAX.getEpochSecond());

    private final Map<String, byte[]> values = new HashMap<>();
    private boolean sparse;

    /** Adds the records of one header; later ones count. An empty value takes an earlier one back. */
    void add(byte[] header) throws IOException {
        int at = 0;
        while (at < header.length) {
            int blank = at;
            int length = 0;
            while (blank < header.length && header[blank] >= '0' && header[blank] <= '9' && length < header.length) {
                length = length * 10 + header[blank++] - '0';
            }
            int end = at + length;
            if (blank == at
                    || blank >= header.length
                    || header[blank] != ' '
                    || end > header.length
                    || end <= blank + 1) {
                throw malformed();
            }
            record(header, blank + 1, end - 1);
            at = end;
        }
    }

    private void record(byte[] header, int from, int end) throws IOException {
        int equals = from;
        while (equals < end && header[equals] != '=') {
            equals++;
        }
        if (equals == end || header[end] != '\n') {
            throw malformed();
        }
        String key = new String(header, from, equals - from, StandardCharsets.UTF_8);
        switch (key) {
            case "path", "linkpath", "size", "mtime" -> {
                byte[] value = new byte[end - equals - 1];
                System.arraycopy(header, equals + 1, value, 0, value.length);
                values.put(key, value);
            }
            default -> sparse |= key.startsWith("GNU.sparse.");
        }
    }

    private static IOException malformed() {
        return new IOException("a pax header that is malformed");
    }

    /** The same, for one member to add to. */
    PaxRecords copy() {
        PaxRecords copy = new PaxRecords();
        copy.values.putAll(values);
        copy.sparse = sparse;
        return copy;
    }

    boolean sparse() {
        return sparse;
    }

    /** The bytes of {@code path} or {@code linkpath}. */
    Optional<byte[]> name(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> value.length > 0);
    }

    long size(long otherwise) throws IOException {
        byte[] value = values.get("size");
        try {
            return value == null || value.length == 0 ? otherwise : Long.parseLong(text(value));
        } catch (NumberFormatException e) {
            throw new IOException("a pax header with a size that is no number", e);
        }
    }

    FileTime modified(FileTime otherwise) throws IOException {
        byte[] value = values.get("mtime");
        if (value == null || value.length == 0) {
            return otherwise;
        }
        String text = text(value);
        int point = text.indexOf('.');
        try {
            if (point < 0 && text.length() < 16) {
                return FileTime.from(Long.parseLong(text), TimeUnit.SECONDS);
            }
            if (text.length() > 64) { // an exponent's worth of digits would take for ever
                throw new NumberFormatException("too long");
            }
            BigDecimal time = new BigDecimal(text).min(FARTHEST).max(FARTHEST.negate());
            BigDecimal seconds = time.setScale(0, RoundingMode.FLOOR);
            long nanos = time.subtract(seconds).movePointRight(9).longValue();
            return FileTime.from(Instant.ofEpochSecond(seconds.longValue(), nanos));
        } catch (NumberFormatException e) {
            throw new IOException("a pax header with a time that is no number", e);
        }
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.ISO_8859_1);
    }
}
