package org.condastagehand.setup;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The value of PrologFlags: words of any case between commas. */
record SlurmFlags(List<String> words) {
    SlurmFlags {
        words = List.copyOf(words);
    }

    static SlurmFlags parse(String value) {
        return new SlurmFlags(
                Stream.of(value.split(",")).filter(word -> !word.isBlank()).toList());
    }

    boolean has(String word) {
        return words.stream().anyMatch(word::equalsIgnoreCase);
    }

    SlurmFlags with(String word) {
        List<String> now = new ArrayList<>(words);
        if (!has(word)) {
            now.add(word);
        }
        return new SlurmFlags(now);
    }

    boolean hasAll(SlurmFlags others) {
        return others.words.stream().allMatch(this::has);
    }

    String value() {
        return String.join(",", words);
    }
}
