package org.condastagehand.resolve;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.condastagehand.host.Causes;

/** What could not be read while an environment was searched; the search goes on, and the user is told at its end. */
final class Problems {
    private static final int MOST = 5;

    private final Set<String> lines = new LinkedHashSet<>();

    void cannotRead(Path path, IOException cause) {
        add("cannot read " + Shown.quoted(path) + ": " + Causes.oneLine(cause));
    }

    /** Past the first few, more lines would only hide them. */
    void add(String line) {
        if (lines.size() < MOST) {
            lines.add(line);
        }
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
