package org.condastagehand.activate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A script of our own with places to fill in: {@code @NAME@} is a word, {@code @NAME@} alone on its line is a list of
 * statements, and the lines from <code>#{ activate</code> to <code>#}</code> are for activation only. No regular
 * expressions: each job waits for several of these, in a JVM that has compiled nothing yet.
 */
record Template(List<String> lines) {
    static Template load(String name) {
        try (InputStream resource = Objects.requireNonNull(Template.class.getResourceAsStream(name), name)) {
            return new Template(List.of(new String(resource.readAllBytes(), StandardCharsets.UTF_8).split("\n")));
        } catch (IOException e) {
            throw new UncheckedIOException("our own template cannot be read", e);
        }
    }

    Template forActivation(boolean activation) {
        List<String> kept = new ArrayList<>();
        boolean inside = false;
        for (String line : lines) {
            if (line.strip().equals(inside ? "#}" : "#{ activate")) {
                inside = !inside;
            } else if (activation || !inside) {
                kept.add(line);
            }
        }
        return new Template(kept);
    }

    /** Fills every place in one pass, so that a value which looks like a place stays as it is. */
    String fill(Map<String, String> words, Map<String, List<String>> statements) {
        StringBuilder filled = new StringBuilder();
        for (String line : lines) {
            String place = line.strip();
            if (place.startsWith("@") && place.indexOf('@', 1) == place.length() - 1) {
                String indent = line.substring(0, line.indexOf('@'));
                value(place.substring(1, place.length() - 1), statements)
                        .forEach(statement ->
                                filled.append(indent).append(statement).append('\n'));
            } else {
                filled.append(withWords(line, words)).append('\n');
            }
        }
        return filled.toString();
    }

    /** One {@code @} in a line is a shell's own. */
    private static String withWords(String line, Map<String, String> words) {
        int begin = line.indexOf('@');
        int end = line.indexOf('@', begin + 1);
        return end < 0
                ? line
                : line.substring(0, begin)
                        + value(line.substring(begin + 1, end), words)
                        + withWords(line.substring(end + 1), words);
    }

    private static <T> T value(String name, Map<String, T> values) {
        return Objects.requireNonNull(values.get(name), name);
    }
}
