package org.condastagehand.resolve;

import java.util.ArrayList;
import java.util.List;

/** Reads YAML scalars from left to right: plain, 'single' and "double" quoted, and flow lists of them. */
final class YamlScalars {
    private final String text;
    private int at;

    YamlScalars(String text) {
        this.text = text;
    }

    /** The items of {@code [a, 'b', "c"]}, also over several lines; stops at a nested collection. */
    List<String> flowList() {
        List<String> items = new ArrayList<>();
        at++;
        for (skipToItem(); at < text.length() && "[]{}".indexOf(text.charAt(at)) < 0; skipToItem()) {
            items.add(scalar(",]\n"));
        }
        return items;
    }

    /** One scalar; a plain one ends before any of {@code stops}, or before a comment. */
    String scalar(String stops) {
        char first = at < text.length() ? text.charAt(at) : ' ';
        return first == '\'' || first == '"' ? quoted(first) : plain(stops);
    }

    private void skipToItem() {
        while (at < text.length() && (text.charAt(at) == ',' || text.charAt(at) <= ' ' || text.charAt(at) == '#')) {
            at = text.charAt(at) == '#' ? endOfLine() : at + 1;
        }
    }

    private int endOfLine() {
        int end = text.indexOf('\n', at);
        return end < 0 ? text.length() : end;
    }

    private String plain(String stops) {
        int start = at;
        while (at < text.length() && stops.indexOf(text.charAt(at)) < 0 && !commentStarts()) {
            at++;
        }
        return text.substring(start, at).strip();
    }

    private boolean commentStarts() {
        return text.charAt(at) == '#' && (at == 0 || text.charAt(at - 1) <= ' ');
    }

    /** Blank when the quote is never closed, which no reader of YAML accepts. */
    private String quoted(char quote) {
        StringBuilder value = new StringBuilder();
        for (at++; at < text.length() && !closes(quote); at++) {
            if (escapes(quote)) {
                at++;
            }
            value.append(text.charAt(at));
        }
        return at++ < text.length() ? value.toString() : "";
    }

    private boolean closes(char quote) {
        return text.charAt(at) == quote && !escapes(quote);
    }

    /** {@code ''} stands for one quote between single ones; a backslash makes its follower literal between double ones. */
    private boolean escapes(char quote) {
        char next = at + 1 < text.length() ? text.charAt(at + 1) : '\n';
        return quote == '\'' ? text.charAt(at) == '\'' && next == '\'' : text.charAt(at) == '\\' && next != '\n';
    }
}
