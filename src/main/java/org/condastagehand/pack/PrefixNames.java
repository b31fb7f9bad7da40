package org.condastagehand.pack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.condastagehand.relocate.Interpreter;
import org.condastagehand.relocate.Prefix;

/**
 * The names by which an environment's files may call its directory: as it was asked for, without symlinks, and as its
 * scripts' first lines say, where that is the same directory or one that is gone (an environment that was moved).
 */
final class PrefixNames {
    private static final int MOST_SCRIPTS = 200;

    private PrefixNames() {}

    /**
     * The names, the longest first: one may stand in another.
     *
     * @param root the same directory as {@code asked} without symlinks
     */
    static List<Prefix> of(Path asked, Path root, List<Entry> entries) {
        List<String> names = new ArrayList<>(List.of(asked.toString(), root.toString()));
        ofScripts(root, entries).filter(name -> isSameOrGone(name, root)).ifPresent(names::add);
        return names.stream()
                .distinct()
                .filter(name -> !name.equals("/"))
                .sorted(Comparator.comparing(String::length).reversed())
                .map(Prefix::of)
                .toList();
    }

    private static Optional<String> ofScripts(Path root, List<Entry> entries) {
        Map<String, Integer> counts = new TreeMap<>();
        entries.stream()
                .filter(entry -> entry.isFile()
                        && entry.path().startsWith("bin/")
                        && (entry.member().mode() & 0111) != 0)
                .limit(MOST_SCRIPTS)
                .forEach(entry ->
                        interpreter(root, entry.path()).ifPresent(prefix -> counts.merge(prefix, 1, Integer::sum)));
        return counts.entrySet().stream()
                .max(Comparator.comparingInt(Map.Entry::getValue))
                .map(Map.Entry::getKey);
    }

    private static Optional<String> interpreter(Path root, String script) {
        try (InputStream in = Files.newInputStream(root.resolve(script))) {
            return Interpreter.of(in.readNBytes(Interpreter.HEAD))
                    .filter(found -> Files.exists(root.resolve("bin").resolve(found.name())))
                    .map(Interpreter::prefix);
        } catch (IOException | InvalidPathException e) {
            return Optional.empty(); // it is told when the script itself is packed
        }
    }

    /** Another environment that is still there is another one, and so are the system's directories. */
    private static boolean isSameOrGone(String name, Path root) {
        try {
            Path named = Path.of(name);
            return Files.notExists(named) || Files.isSameFile(named, root);
        } catch (IOException | InvalidPathException e) {
            return false;
        }
    }
}
