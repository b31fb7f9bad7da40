package org.condastagehand.activate;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.condastagehand.host.Causes;

/** The scripts in {@code etc/conda/activate.d}, in the order in which conda sources them. */
record ActivateScripts(List<Path> paths) {
    private static final int MOST = 1000;
    // The conda-stage tool's hook would stage the environment again; in a staged copy it is blank.
    private static final String STAGES_AGAIN = ".conda-stage-auto.sh";

    ActivateScripts {
        paths = List.copyOf(paths);
    }

    static ActivateScripts list(Path prefix, List<String> notes) {
        Path directory = prefix.resolve("etc/conda/activate.d");
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                entries.forEach(entry -> add(Path.of(entry.toString()), found, notes));
            } catch (IOException | DirectoryIteratorException e) {
                notes.add("cannot list `" + directory + "`: " + Causes.oneLine(e));
            }
        }
        return new ActivateScripts(found.stream().sorted().toList());
    }

    List<String> sources(Shell shell) {
        return paths.stream()
                .map(Path::toString)
                .filter(path -> path.endsWith("." + shell.extension()))
                .map(shell::source)
                .toList();
    }

    private static void add(Path script, List<Path> found, List<String> notes) {
        if (script.toString().endsWith(STAGES_AGAIN) || !Files.isRegularFile(script)) {
            return;
        }
        if (found.size() == MOST) {
            notes.add("more than " + MOST + " files in `" + script.getParent() + "`: `" + script + "` is left out");
        } else {
            found.add(script);
        }
    }
}
