package org.condastagehand.setup;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What {@code qconf} shows of a queue, host or configuration: a name and a value on each line. */
final class Attributes {
    private final Map<String, String> values = new LinkedHashMap<>();

    private Attributes() {}

    static Attributes parse(String text) {
        Attributes attributes = new Attributes();
        // where SGE_SINGLE_LINE is not known, a backslash folds long lines: a list at its commas, a text at blanks
        text.replaceAll(",\\s*\\\\\\R\\s*", ",")
                .replaceAll("\\s*\\\\\\R\\s*", " ")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.strip().split("\\s+", 2))
                .filter(words -> words.length == 2)
                .forEach(words -> attributes.values.put(words[0], words[1]));
        return attributes;
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }
}
