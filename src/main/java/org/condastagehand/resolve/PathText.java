package org.condastagehand.resolve;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.condastagehand.host.Host;

/**
 * Expands {@code ~}, {@code $NAME} and <code>${NAME}</code> in a path as conda does (Python's expandvars, expanduser and
 * abspath): once, from left to right, and a variable that is not set stays as it was written.
 */
record PathText(Host host) {
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:([A-Za-z0-9_]+)|\\{([^{}]*)\\})");

    /** Absolute and without dots; absent when the text is empty or no path. */
    Optional<Path> path(String text) {
        String expanded = home(VARIABLE.matcher(text.strip()).replaceAll(this::value));
        if (expanded.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(host.directory().resolve(expanded).normalize());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private String value(MatchResult found) {
        String name = found.group(1) == null ? found.group(2) : found.group(1);
        String written = found.group();
        return Matcher.quoteReplacement(host.environment().getOrDefault(name, written));
    }

    private String home(String text) {
        boolean tilde = text.equals("~") || text.startsWith("~/");
        return tilde ? host.home().map(home -> home + text.substring(1)).orElse("") : text;
    }
}
