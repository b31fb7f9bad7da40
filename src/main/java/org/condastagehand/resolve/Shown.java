package org.condastagehand.resolve;

import java.util.regex.Pattern;
import org.condastagehand.host.Report;

/** How paths and names stand in a message: one line, whatever bytes somebody put into a file's name. */
public final class Shown {
    private static final Pattern PLAIN_WORD = Pattern.compile("[\\p{L}\\p{N}_./+@%^=,-]+");

    private Shown() {}

    /** In backticks, control characters as question marks. */
    static String quoted(Object value) {
        return "`" + plain(value) + "`";
    }

    /** A word that can be typed into a shell. */
    public static String word(Object value) {
        String text = plain(value);
        return PLAIN_WORD.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    private static String plain(Object value) {
        return Report.printable(value.toString());
    }
}
