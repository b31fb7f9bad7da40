package org.condastagehand.resolve;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The name that somebody who mistyped one probably meant. */
final class Nearest {
    private Nearest() {}

    /** Absent when none is within one change in four letters, and one more. */
    static Optional<String> to(String wanted, Collection<String> names) {
        int most = 1 + wanted.length() / 4;
        return names.stream()
                .filter(name -> Math.abs(name.length() - wanted.length()) <= most && distance(wanted, name) <= most)
                .min(Comparator.comparingInt(name -> distance(wanted, name)));
    }

    /** Levenshtein's, without regard to case. */
    static int distance(String left, String right) {
        String from = left.toLowerCase(Locale.ROOT);
        String to = right.toLowerCase(Locale.ROOT);
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int above = row[j];
                int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(changed, 1 + Math.min(above, row[j - 1]));
                diagonal = above;
            }
        }
        return row[to.length()];
    }
}
