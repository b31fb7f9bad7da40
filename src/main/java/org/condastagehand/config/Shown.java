package org.condastagehand.config;

import org.condastagehand.host.Report;

/** What a user wrote, short enough for a message of one line. */
final class Shown {
    private static final int LONGEST = 80;

    private Shown() {}

    static String of(Object written) {
        return "`" + cut(String.valueOf(written)) + "`";
    }

    static String cut(String text) {
        String line = Report.printable(text);
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
}
