package org.condastagehand.host;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The hook of the conda-stage tool, by which {@code conda activate} stages an environment: in a copy that is staged already
 * it would stage once more. Its name alone tells it, for {@code activate.d} may be a symlink to where it stands.
 */
public final class AutoStageHook {
    private static final String ENDING = ".conda-stage-auto.sh";

    private AutoStageHook() {}

    public static boolean is(String path) {
        return path.endsWith(ENDING);
    }

    /** Those of an environment; none where it cannot be looked at. */
    public static List<Path> of(Path prefix) {
        return Stream.of("activate.d", "deactivate.d")
                .map(prefix.resolve("etc/conda")::resolve)
                .flatMap(directory -> in(directory).stream())
                .toList();
    }

    private static List<Path> in(Path directory) {
        List<Path> hooks = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*" + ENDING)) {
            entries.forEach(hooks::add);
        } catch (IOException | DirectoryIteratorException e) {
            return List.of(); // most environments have no such directory
        }
        return hooks;
    }
}
