package org.condastagehand.stage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.condastagehand.archive.PrefixRecord;
import org.condastagehand.relocate.Interpreter;
import org.condastagehand.relocate.Prefix;

/** Finds out where an environment stood when it was packed or installed. */
final class OriginalPrefix {
    private static final int MOST_SCRIPTS = 200;

    /** Scripts for the system's interpreters are common, and an environment may have `env`, `bash` and `perl` too. */
    private static final Set<String> SYSTEM = Set.of("/usr", "/usr/local");

    private OriginalPrefix() {}

    /**
     * The placeholder that most records name and that no build made: conda-pack writes the environment's own prefix for
     * files of pip, and for all files where the package cache is gone.
     */
    static Optional<Prefix> of(List<PrefixRecord> records) {
        Map<String, Integer> counts = new TreeMap<>();
        records.stream()
                .map(record -> record.placeholder().toString())
                .filter(placeholder -> placeholder.startsWith("/") && !isBuildPlaceholder(placeholder))
                .forEach(placeholder -> counts.merge(placeholder, 1, Integer::sum));
        return mostFrequent(counts);
    }

    /** The prefix that the first lines of the scripts in {@code bin} name, of interpreters that are there too. */
    static Optional<Prefix> ofScripts(Path root) {
        Map<String, Integer> counts = new TreeMap<>();
        int looked = 0;
        if (!Inside.isDirectory(root, "bin")) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve("bin"))) {
            for (Path entry : entries) {
                if (looked < MOST_SCRIPTS && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    looked++;
                    interpreter(entry, root).ifPresent(prefix -> counts.merge(prefix, 1, Integer::sum));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return Optional.empty();
        }
        return mostFrequent(counts);
    }

    private static Optional<String> interpreter(Path script, Path root) throws IOException {
        try (InputStream in = Files.newInputStream(script)) {
            return Interpreter.of(in.readNBytes(Interpreter.HEAD))
                    .filter(found -> !SYSTEM.contains(found.prefix())
                            && !isBuildPlaceholder(found.prefix())
                            && Inside.hasProgram(root, found.name()))
                    .map(Interpreter::prefix);
        } catch (AccessDeniedException e) {
            return Optional.empty();
        }
    }

    private static Optional<Prefix> mostFrequent(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .max(Comparator.comparingInt(Map.Entry::getValue))
                .map(entry -> Prefix.of(entry.getKey()));
    }

    /** conda-build's placeholders, of today and of before 2016. */
    private static boolean isBuildPlaceholder(String prefix) {
        return prefix.contains("placehold") || prefix.contains("anaconda1anaconda2anaconda3");
    }
}
