package org.condastagehand.observe;

import java.nio.charset.StandardCharsets;
import org.condastagehand.host.Report;

/**
 * Pairs of {@code key=value} in one line, as logfmt has them. Names and reasons come from users: whatever they hold, it is one
 * printable line of a length that syslog takes.
 */
public final class LogLine {
    /** Bytes: logger(1) cuts a message at 1,024, and the hook's shell puts some words before this. */
    static final int MOST_BYTES = 800;

    private static final int MOST_BYTES_OF_A_VALUE = 240;
    private static final String CUT = "…";
    private static final int CUT_BYTES = 3;

    private final StringBuilder line = new StringBuilder();
    private int bytes;

    /** Adds a pair, or leaves it out where the line has no room any more: what matters comes first. */
    public LogLine with(String key, String value) {
        String pair = key + "=" + quoted(cut(Report.printable(value)));
        int more = pair.getBytes(StandardCharsets.UTF_8).length + 1;
        if (bytes + more <= MOST_BYTES) {
            line.append(bytes == 0 ? "" : " ").append(pair);
            bytes += more;
        }
        return this;
    }

    public LogLine with(String key, long value) {
        return with(key, Long.toString(value));
    }

    /** Adds seconds with two digits behind the point. */
    public LogLine withSeconds(String key, long millis) {
        return with(key, Seconds.text(millis));
    }

    private static String cut(String text) {
        int length = 0;
        int room = MOST_BYTES_OF_A_VALUE - CUT_BYTES;
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            length += bytes(text.codePointAt(at));
            if (length > room) {
                return text.substring(0, at) + CUT;
            }
        }
        return text;
    }

    private static int bytes(int character) {
        if (character == '"' || character == '\\') {
            return 2;
        }
        return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    }

    private static String quoted(String text) {
        boolean plain = !text.isEmpty() && text.chars().noneMatch(c -> c <= ' ' || c == '"' || c == '=' || c == '\\');
        return plain ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    @Override
    public String toString() {
        return line.toString();
    }
}
