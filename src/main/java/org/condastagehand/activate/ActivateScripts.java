package org.condastagehand.activate;

import java.nio.file.Path;
import java.util.List;

/** The scripts in {@code etc/conda/activate.d}, in the order in which conda sources them. */
record ActivateScripts(List<Path> paths) {
    // The conda-stage tool's hook would stage the environment again; in a staged copy it is blank.
    private static final String STAGES_AGAIN = ".conda-stage-auto.sh";

    ActivateScripts {
        paths = List.copyOf(paths);
    }

    static ActivateScripts list(Path prefix, List<String> notes) {
        return new ActivateScripts(Entries.of(prefix.resolve("etc/conda/activate.d"), notes));
    }

    List<String> sources(Shell shell) {
        return paths.stream()
                .map(Path::toString)
                .filter(path -> path.endsWith("." + shell.extension()) && !path.endsWith(STAGES_AGAIN))
                .map(shell::source)
                .toList();
    }
}
