package org.condastagehand.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.StagingException;
import org.condastagehand.relocate.Prefix;

/**
 * Reads the relocation records out of {@code bin/conda-unpack}, a Python program that is never run here: between
 * {@code _prefix_records = [} and {@code ]} stands one tuple of three string literals a line (conda-pack 0.9.2, core.py).
 */
public final class UnpackScript {
    /** Where the script stands below the environment's root. */
    public static final String PATH = "bin/conda-unpack";

    /** Twenty thousand records of a pip-heavy environment take 8 MB. */
    public static final int MOST_BYTES = 64 << 20;

    /** An archive with more is refused before its records fill the heap. */
    private static final int MOST_RECORDS = 1 << 20;

    /** A few for each package; each is looked for in every interpreter that has no record of its own. */
    private static final int MOST_PLACEHOLDERS = 1 << 12;

    private static final String HEX = "0123456789abcdef";
    private static final String BEGIN = "_prefix_records = [";

    private final String text;
    private final Map<String, Prefix> placeholders = new HashMap<>();
    private int at;

    private UnpackScript(String text) {
        this.text = text;
    }

    /** The records of an archive of ours, whose first member is this program; the rest is not read. */
    public static List<PrefixRecord> first(Path archive) throws StagingException {
        try (ArchiveReader reader = ArchiveReader.open(archive)) {
            Member member = reader.next().orElseThrow(() -> new BadRequest("`" + archive + "` is empty"));
            if (!member.path().equals(PATH) || member.size() > MOST_BYTES) {
                throw new BadRequest("`" + archive + "` is broken: its first member is not `" + PATH + "`");
            }
            return parse(reader.content().readNBytes((int) member.size()));
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + archive + "`", e);
        }
    }

    /** The records in their order, which is the order to apply them in. */
    public static List<PrefixRecord> parse(byte[] script) throws BadRequest {
        String text = new String(script, StandardCharsets.UTF_8);
        int begin = text.startsWith(BEGIN) ? 0 : text.indexOf("\n" + BEGIN) + 1;
        if (begin == 0 && !text.startsWith(BEGIN)) {
            throw new BadRequest(
                    "`" + PATH + "` has no block `" + BEGIN + "…]`", "pack it again: conda-stagehand pack ENV --force");
        }
        UnpackScript parser = new UnpackScript(text);
        parser.at = begin + BEGIN.length();
        return parser.records();
    }

    private List<PrefixRecord> records() throws BadRequest {
        List<PrefixRecord> records = new ArrayList<>();
        while (!taken(']')) {
            expect('(');
            String path = MemberPath.check(literal());
            expect(',');
            Prefix placeholder = prefix(literal());
            expect(',');
            PrefixRecord.Mode mode = mode(literal());
            taken(',');
            expect(')');
            if (records.size() == MOST_RECORDS) {
                throw malformed("more than " + MOST_RECORDS + " entries");
            }
            records.add(new PrefixRecord(path, placeholder, mode));
            if (!taken(',')) {
                expect(']');
                break;
            }
        }
        return List.copyOf(records);
    }

    private Prefix prefix(String placeholder) throws BadRequest {
        if (placeholder.isEmpty()) {
            throw malformed("an empty placeholder");
        }
        if (placeholder.indexOf('\0') >= 0 || placeholder.indexOf('\uFFFD') >= 0) {
            throw malformed("a placeholder that is no path");
        }
        if (placeholders.size() == MOST_PLACEHOLDERS && !placeholders.containsKey(placeholder)) {
            throw malformed("more than " + MOST_PLACEHOLDERS + " different placeholders");
        }
        try {
            return placeholders.computeIfAbsent(placeholder, Prefix::of);
        } catch (IllegalArgumentException e) {
            throw malformed("a placeholder that is not UTF-8");
        }
    }

    private PrefixRecord.Mode mode(String word) throws BadRequest {
        return switch (word) {
            case "text" -> PrefixRecord.Mode.TEXT;
            case "binary" -> PrefixRecord.Mode.BINARY;
            default -> throw malformed("a mode that is neither text nor binary");
        };
    }

    /** A Python string literal as {@code repr} writes it. */
    private String literal() throws BadRequest {
        skipBlanks();
        char quote = at < text.length() ? text.charAt(at) : ' ';
        if (quote != '\'' && quote != '"') {
            throw malformed("no string literal");
        }
        at++;
        StringBuilder value = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            char c = text.charAt(at++);
            if (c == '\n') {
                throw malformed("a line break in a string literal");
            }
            if (c == '\\') {
                value.appendCodePoint(escape());
            } else {
                value.append(c);
            }
        }
        expectRaw(quote);
        return value.toString();
    }

    private int escape() throws BadRequest {
        char c = at < text.length() ? text.charAt(at++) : '\n';
        return switch (c) {
            case '\\', '\'', '"' -> c;
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'x' -> hex(2);
            case 'u' -> hex(4);
            case 'U' -> hex(8);
            default -> throw malformed("an escape that Python does not write");
        };
    }

    private int hex(int digits) throws BadRequest {
        int code = 0;
        for (int end = at + digits; at < end; at++) {
            // what is too large, or no digit, stays too large and does not wrap
            int digit = at < text.length() ? HEX.indexOf(Character.toLowerCase(text.charAt(at))) : -1;
            code = digit < 0 || code > Character.MAX_CODE_POINT ? Character.MAX_CODE_POINT + 1 : code * 16 + digit;
        }
        if (!Character.isValidCodePoint(code)) {
            throw malformed("an escape that Python does not write");
        }
        return code;
    }

    private boolean taken(char wanted) {
        skipBlanks();
        boolean found = at < text.length() && text.charAt(at) == wanted;
        at += found ? 1 : 0;
        return found;
    }

    private void expect(char wanted) throws BadRequest {
        skipBlanks();
        expectRaw(wanted);
    }

    private void expectRaw(char wanted) throws BadRequest {
        if (at >= text.length() || text.charAt(at) != wanted) {
            throw malformed("no `" + wanted + "`");
        }
        at++;
    }

    private void skipBlanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private BadRequest malformed(String what) {
        long line = 1
                + text.substring(0, Math.min(at, text.length()))
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        return new BadRequest("the relocation records of `" + PATH + "` have " + what + " in line " + line);
    }
}
