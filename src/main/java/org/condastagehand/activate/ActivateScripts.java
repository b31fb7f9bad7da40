package org.condastagehand.activate;

import java.nio.file.Path;
import java.util.List;
import org.condastagehand.host.AutoStageHook;

/** The scripts in {@code etc/conda/activate.d}, in the order in which conda sources them. */
record ActivateScripts(List<Path> paths) {
    ActivateScripts {
        paths = List.copyOf(paths);
    }

    static ActivateScripts list(Path prefix, List<String> notes) {
        return new ActivateScripts(Entries.of(prefix.resolve("etc/conda/activate.d"), notes));
    }

    List<String> sources(Shell shell) {
        return paths.stream()
                .map(Path::toString)
                .filter(path -> path.endsWith("." + shell.extension()) && !AutoStageHook.is(path))
                .map(shell::source)
                .toList();
    }
}
