package org.condastagehand.pack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What the user wants left out, and put in again: patterns as the shell's, over paths below the prefix, where {@code *}
 * also matches {@code /} (as conda-pack's). A pattern that matches a directory means all that is in it. The last pattern
 * that matches decides.
 */
public final class Globs {
    private record Rule(Pattern pattern, boolean exclude) {}

    private final List<Rule> rules = new ArrayList<>();

    /**
     * Adds a pattern behind those that were added before.
     *
     * @throws IllegalArgumentException it is none
     */
    public void add(String glob, boolean exclude) {
        try {
            rules.add(new Rule(Pattern.compile(regex(glob) + "(/.*)?", Pattern.DOTALL), exclude));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("`" + glob + "` is no pattern", e);
        }
    }

    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /** Whether a path is left out; empty where no pattern says anything. */
    Optional<Boolean> exclude(String path) {
        Optional<Boolean> decision = Optional.empty();
        for (Rule rule : rules) {
            if (rule.pattern().matcher(path).matches()) {
                decision = Optional.of(rule.exclude());
            }
        }
        return decision;
    }

    /** Whether something below a directory that is left out may be wanted again. */
    boolean putIn() {
        return rules.stream().anyMatch(rule -> !rule.exclude());
    }

    private static String regex(String glob) {
        String text = glob.startsWith("./") ? glob.substring(2) : glob;
        while (text.endsWith("/") && text.length() > 1) {
            text = text.substring(0, text.length() - 1);
        }
        StringBuilder regex = new StringBuilder();
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            int close = c == '[' ? text.indexOf(']', at + (text.startsWith("[!]", at) ? 3 : 2)) : -1;
            if (close > 0) {
                regex.append(set(text.substring(at + 1, close)));
                at = close;
            } else if (c == '*') {
                regex.append(".*");
            } else {
                regex.append(c == '?' ? "." : Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }

    private static String set(String inside) {
        boolean negated = inside.startsWith("!");
        String escaped = inside.substring(negated ? 1 : 0).replaceAll("[\\\\\\[\\]^&]", "\\\\$0");
        return (negated ? "[^" : "[") + escaped + "]";
    }
}
