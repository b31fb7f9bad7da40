package org.condastagehand.activate;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.condastagehand.host.Causes;

/** The regular files in a directory of an environment, in the order of their names' bytes, as conda takes them. */
final class Entries {
    private static final int MOST = 1000;

    private Entries() {}

    static List<Path> of(Path directory, List<String> notes) {
        List<Path> files = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                entries.forEach(entry -> add(entry, files));
            } catch (IOException | DirectoryIteratorException e) {
                notes.add("cannot list `" + directory + "`: " + Causes.oneLine(e));
            }
        }
        if (files.size() > MOST) {
            notes.add("only the first " + MOST + " of " + files.size() + " files in `" + directory + "` are used");
        }
        return files.stream().sorted().limit(MOST).toList();
    }

    private static void add(Path entry, List<Path> files) {
        Path written = Path.of(entry.toString()); // a name that is no text cannot stand in a script
        if (Files.isRegularFile(written)) {
            files.add(written);
        }
    }
}
