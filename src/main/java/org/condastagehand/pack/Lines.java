package org.condastagehand.pack;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** One line on many files: how many, and the first names. */
final class Lines {
    private static final int MOST_NAMES = 3;

    private Lines() {}

    /** A line such as {@code 5 files WHAT: `a`, `b`, `c`, …}; none where there are no files. */
    static List<String> named(String ofOne, String ofMany, Collection<String> files) {
        if (files.isEmpty()) {
            return List.of();
        }
        String count = files.size() == 1 ? "1 file " + ofOne : files.size() + " files " + ofMany;
        return List.of(count + ": " + names(files));
    }

    static String names(Collection<String> files) {
        String first = files.stream()
                .sorted(ByteOrdered::compare)
                .limit(MOST_NAMES)
                .map(file -> "`" + file + "`")
                .collect(Collectors.joining(", "));
        return first + (files.size() > MOST_NAMES ? ", …" : "");
    }
}
