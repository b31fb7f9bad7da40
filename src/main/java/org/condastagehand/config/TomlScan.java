package org.condastagehand.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a text apart into statements and lets only those through that TOML4J 0.7.2 reads rightly.
 *
 * <p>What TOML4J does with the others, and why they are refused here with their line: it overflows the stack on nested
 * {@code [}; throws on integers of 20 digits; drops a key that has no value without a word; accepts lists without
 * commas and quotes without an end on their line; decodes <code>\</code> wrongly ({@code "a\\"} never ends,
 * {@code "\\n"} becomes a line break); knows no dotted keys; trips over an apostrophe in the comment after a table's
 * name, which is why comments are taken out.
 */
final class TomlScan {
    /** A complaint about one place; line 0 stands for the whole file. */
    record Problem(int line, String text) {
        @Override
        public String toString() {
            return line == 0 ? text : "line " + line + ": " + text;
        }
    }

    private static final Pattern TABLE = Pattern.compile("\\[([A-Za-z0-9_-]++)]");
    private static final Pattern ENTRY = Pattern.compile("([A-Za-z0-9_-]++|\")=(.*+)");
    private static final Pattern DOTTED = Pattern.compile("[A-Za-z0-9_\"-]++(\\.[A-Za-z0-9_\"-]++)++=.*+");
    private static final Pattern VALUE =
            Pattern.compile("\"|true|false|[+-]?[0-9](?:_?[0-9])*+|\\[]|\\[\"(?:,\")*+,?]");
    private static final Pattern TOO_LONG_NUMBER = Pattern.compile("[+-]?[0-9_]{19,}+");

    private final String text;
    private final StringBuilder clean = new StringBuilder();
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private String table = "";
    private int at;
    private int line = 1;
    private int cleanLine = 1;

    private TomlScan(String text) {
        this.text = text;
    }

    static TomlScan of(String text) {
        // A byte order mark and DOS line ends come from editors, not from intent.
        TomlScan scan = new TomlScan((text.startsWith("\uFEFF") ? text.substring(1) : text).replace("\r\n", "\n"));
        while (scan.at < scan.text.length()) {
            scan.statement();
        }
        return scan;
    }

    /** The statements that may be given to TOML4J, each on the line where it was. */
    String clean() {
        return clean.toString();
    }

    /** The line of each key, as {@code key} or {@code table.key}. */
    Map<String, Integer> lines() {
        return lines;
    }

    List<Problem> problems() {
        return problems;
    }

    /** A statement as it was read; in the skeleton each quoted text is one {@code "} and most blanks are gone. */
    private static final class Statement {
        final int line;
        final StringBuilder raw = new StringBuilder();
        final StringBuilder skeleton = new StringBuilder();
        String firstQuoted = "";
        String problem = "";
        int depth;

        Statement(int line) {
            this.line = line;
        }

        boolean goesOn() {
            return depth > 0 && skeleton.charAt(0) != '[';
        }

        /** A blank stays where it parts two words, which must not be taken for one. */
        void append(char next) {
            boolean parted = !raw.isEmpty() && Character.isWhitespace(raw.charAt(raw.length() - 1));
            if (parted && isWord(next) && !skeleton.isEmpty() && isWord(skeleton.charAt(skeleton.length() - 1))) {
                skeleton.append(' ');
            }
            skeleton.append(next);
        }

        private static boolean isWord(char c) {
            return Character.isLetterOrDigit(c) || "_.+-".indexOf(c) >= 0;
        }

        void complain(String what) {
            problem = problem.isEmpty() ? what : problem;
        }
    }

    private void statement() {
        Statement statement = new Statement(line);
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next == '\n') {
                line++;
                if (!statement.goesOn()) {
                    at++;
                    break;
                }
            }
            take(statement, next);
        }
        judge(statement);
    }

    private void take(Statement statement, char next) {
        if (next == '#') {
            int end = text.indexOf('\n', at);
            at = end < 0 ? text.length() : end;
        } else if (next == '"' || next == '\'') {
            takeQuoted(statement, next);
        } else {
            if (Character.isISOControl(next) && next != '\t' && next != '\n') {
                statement.complain("control character");
            }
            statement.depth += next == '[' ? 1 : next == ']' ? -1 : 0;
            if (!Character.isWhitespace(next)) {
                statement.append(next);
            }
            statement.raw.append(next);
            at++;
        }
    }

    private void takeQuoted(Statement statement, char quote) {
        int end = text.indexOf(quote, at + 1);
        int lineEnd = text.indexOf('\n', at);
        if (end < 0 || (lineEnd >= 0 && lineEnd < end)) {
            statement.complain("closing " + quote + " is missing");
            at = lineEnd < 0 ? text.length() : lineEnd;
            return;
        }
        String inside = text.substring(at + 1, end);
        if (text.startsWith(String.valueOf(quote).repeat(3), at)) {
            statement.complain("three quotes in a row are not understood here");
        } else if (quote == '"' && inside.indexOf('\\') >= 0) {
            statement.complain("`\\` is not understood here between double quotes: use single ones");
        } else if (inside.chars().anyMatch(c -> Character.isISOControl(c) && c != '\t')) {
            statement.complain("control character between quotes");
        } else if (quote == '\'' && statement.skeleton.isEmpty()) {
            statement.complain("a key in single quotes is not understood here: use double ones");
        }
        statement.firstQuoted = statement.skeleton.isEmpty() ? inside : statement.firstQuoted;
        statement.skeleton.append('"');
        statement.raw.append(text, at, end + 1);
        at = end + 1;
    }

    private void judge(Statement statement) {
        String skeleton = statement.skeleton.toString();
        if (skeleton.isEmpty() && statement.problem.isEmpty()) {
            return;
        }
        Matcher header = TABLE.matcher(skeleton);
        Matcher entry = ENTRY.matcher(skeleton);
        if (header.matches()) {
            table = header.group(1) + ".";
            judgeKey(statement, header.group(1));
        } else if (entry.matches()) {
            judgeValue(statement, entry.group(2));
            judgeKey(statement, table + (entry.group(1).equals("\"") ? statement.firstQuoted : entry.group(1)));
        } else {
            statement.complain(whatIsWrongWith(skeleton));
            problems.add(new Problem(statement.line, statement.problem));
        }
    }

    private static String whatIsWrongWith(String skeleton) {
        if (skeleton.startsWith("[")) {
            return "not the name of a table: " + Shown.of(skeleton);
        }
        return DOTTED.matcher(skeleton).matches()
                ? "dotted keys are not understood here: write the table as `[table]` above the key"
                : "neither `key = value` nor `[table]`";
    }

    private static void judgeValue(Statement statement, String value) {
        if (statement.depth > 0) {
            statement.complain("its `[` is not closed");
        } else if (value.isEmpty()) {
            statement.complain("has no value");
        } else if (TOO_LONG_NUMBER.matcher(value).matches()) {
            statement.complain("number out of range");
        } else if (!VALUE.matcher(value).matches()) {
            statement.complain("not a text in quotes, a list of them, `true`, `false` or a whole number");
        }
    }

    private void judgeKey(Statement statement, String key) {
        Integer before = lines.putIfAbsent(key, statement.line);
        if (before != null) {
            statement.complain("stands in line " + before + " already");
        }
        if (statement.problem.isEmpty()) {
            clean.append("\n".repeat(statement.line - cleanLine)).append(statement.raw);
            cleanLine = statement.line
                    + (int) statement.raw.chars().filter(c -> c == '\n').count();
        } else {
            problems.add(new Problem(statement.line, Shown.cut(key) + ": " + statement.problem));
        }
    }
}
