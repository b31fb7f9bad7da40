package org.condastagehand.activate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A script of our own with places to fill in: {@code @NAME@} is a word, {@code @NAME@} alone on its line is a list of
 * statements, and the lines from <code>#{ activate</code> to <code>#}</code> are for activation only.
 */
record Template(String text) {
    private static final Pattern ACTIVATION = Pattern.compile("(?ms)^ *#\\{ activate\\n(.*?)^ *#\\}\\n");
    private static final Pattern PLACE = Pattern.compile("(?m)^( *)@([A-Z_]+)@\\n|@([A-Z_]+)@");

    static Template load(String name) {
        try (InputStream resource = Objects.requireNonNull(Template.class.getResourceAsStream(name), name)) {
            return new Template(new String(resource.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("our own template cannot be read", e);
        }
    }

    Template forActivation(boolean activation) {
        return new Template(ACTIVATION.matcher(text).replaceAll(activation ? "$1" : ""));
    }

    /** Fills every place in one pass, so that a value which looks like a place stays as it is. */
    String fill(Map<String, String> words, Map<String, List<String>> statements) {
        return PLACE.matcher(text).replaceAll(place -> Matcher.quoteReplacement(value(place, words, statements)));
    }

    private static String value(MatchResult place, Map<String, String> words, Map<String, List<String>> statements) {
        if (place.group(3) != null) {
            return Objects.requireNonNull(words.get(place.group(3)), place.group(3));
        }
        return Objects.requireNonNull(statements.get(place.group(2)), place.group(2)).stream()
                .map(statement -> place.group(1) + statement + "\n")
                .collect(Collectors.joining());
    }
}
