package org.condastagehand.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What somebody may have meant who wrote a word that nobody knows. */
final class Spelling {
    private Spelling() {}

    /** The known word with the fewest changes; absent when more than a third of it had to be changed. */
    static Optional<String> closest(String word, Collection<String> known) {
        return known.stream()
                .filter(other -> distance(word, other) <= Math.max(1, other.length() / 3))
                .min(Comparator.comparingInt(other -> distance(word, other)));
    }

    /** Levenshtein's: letters put in, left out or changed; a word of absurd length is far from everything. */
    private static int distance(String left, String right) {
        if (left.length() > 2 * right.length()) {
            return left.length();
        }
        int[] row = new int[right.length() + 1];
        for (int i = 0; i <= left.length(); i++) {
            int diagonal = i - 1;
            for (int j = 0; j <= right.length(); j++) {
                int above = row[j];
                row[j] = i == 0 || j == 0
                        ? i + j
                        : Math.min(
                                Math.min(above, row[j - 1]) + 1,
                                diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1));
                diagonal = above;
            }
        }
        return row[right.length()];
    }
}
