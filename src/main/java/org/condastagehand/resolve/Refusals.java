package org.condastagehand.resolve;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.stream.Collectors;
import org.condastagehand.host.BadRequest;

/** What a user is told whose environment was not found, or found twice. */
final class Refusals {
    private static final int MOST_NAMES = 20;
    private static final int MOST_PATHS = 5;

    private Refusals() {}

    static BadRequest unknown(String name, NavigableSet<String> known, Problems problems) {
        String message = "no environment " + Shown.quoted(name) + "; there " + list(known) + trouble(problems.lines());
        return new BadRequest(
                message,
                Nearest.to(name, known)
                        .map(near -> "did you mean " + Shown.quoted(near) + "?")
                        .orElse("ask for it by its absolute path, which is listed by: conda env list"));
    }

    static BadRequest ambiguous(String name, Collection<Path> found) {
        List<Path> paths = found.stream().sorted().toList();
        String shown = paths.stream().limit(MOST_PATHS).map(Shown::quoted).collect(Collectors.joining(", "));
        return new BadRequest(
                Shown.quoted(name) + " is the name of " + paths.size() + " environments: " + shown
                        + more(paths.size() - MOST_PATHS),
                "ask for one by its path, such as conda_env=" + Shown.word(paths.get(0)));
    }

    private static String list(NavigableSet<String> known) {
        if (known.isEmpty()) {
            return "is none where conda looks";
        }
        String shown = known.stream().limit(MOST_NAMES).map(Shown::quoted).collect(Collectors.joining(", "));
        return (known.size() == 1 ? "is " : "are ") + shown + more(known.size() - MOST_NAMES);
    }

    private static String more(int left) {
        return left > 0 ? " and " + left + " more" : "";
    }

    private static String trouble(List<String> problems) {
        return problems.stream().map(problem -> "; " + problem).collect(Collectors.joining());
    }
}
