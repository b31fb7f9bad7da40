package org.condastagehand.setup;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The complex {@code conda_env}, among all complexes as {@code qconf -sc} prints them.
 *
 * <p>The relation is applied to the request, and no name and no path equals what the host {@code global} offers: so any
 * can be requested, on every host. (Were {@code none} offered, the request that turns staging off would wait for ever.)
 */
final class Complex {
    static final String NAME = "conda_env";

    /** What the host {@code global} offers. */
    static final String OFFER = NAME + "=-none-";

    /** What sites offer that did not use set-up; it serves all requests but {@code conda_env=none}. */
    static final String PLAIN_OFFER = NAME + "=none";

    private static final String LINE = NAME + " " + NAME + " RESTRING != YES NO NONE 0";

    private Complex() {}

    /** The line in which the name is taken, as a name or as a shortcut. */
    static Optional<String> find(String all) {
        return all.lines()
                .filter(line -> !line.startsWith("#"))
                .filter(line -> words(line).stream().limit(2).anyMatch(NAME::equals))
                .findFirst();
    }

    static boolean isOurs(String line) {
        return words(line).equals(words(LINE));
    }

    static String with(String all) {
        return all.endsWith("\n") || all.isEmpty() ? all + LINE + "\n" : all + "\n" + LINE + "\n";
    }

    static String without(String all) {
        return all.lines()
                .filter(line -> line.startsWith("#") || !isOurs(line))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static List<String> words(String line) {
        return List.of(line.strip().split("\\s+"));
    }
}
