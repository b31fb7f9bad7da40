package org.condastagehand.archive;

import java.util.List;
import java.util.Locale;

/** Writes the block that {@link UnpackScript} reads, as conda-pack does: one Python tuple of three literals a line. */
public final class RecordBlock {
    private RecordBlock() {}

    /** From {@code _prefix_records = [} to {@code ]}, each in a line of its own. */
    public static String of(List<PrefixRecord> records) {
        StringBuilder block = new StringBuilder("_prefix_records = [\n");
        String separator = "";
        for (PrefixRecord record : records) {
            String mode = record.mode().name().toLowerCase(Locale.ROOT);
            block.append(separator).append('(').append(literal(record.path())).append(", ");
            block.append(literal(record.placeholder().toString())).append(", '");
            block.append(mode).append("')");
            separator = ",\n";
        }
        return block.append("\n]\n").toString();
    }

    /** Equal in Python 2 and 3: control characters are escaped, all others stand as their UTF-8 bytes. */
    private static String literal(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder literal = new StringBuilder().append(quote);
        text.codePoints().forEach(c -> append(literal, c, quote));
        return literal.append(quote).toString();
    }

    private static void append(StringBuilder literal, int c, char quote) {
        if (c == quote || c == '\\') {
            literal.append('\\').append((char) c);
        } else if (c >= ' ' && c < 0x7f) {
            literal.append((char) c);
        } else if (c < 0x80) {
            literal.append(String.format(Locale.ROOT, "\\x%02x", c));
        } else {
            literal.appendCodePoint(c);
        }
    }
}
