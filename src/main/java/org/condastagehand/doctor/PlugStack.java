package org.condastagehand.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;

/** The SPANK plug-ins of a plugstack.conf and what it includes; none of a file that is missing or cannot be read. */
record PlugStack(List<Plugin> plugins) {
    private static final int DEEPEST = 10;

    /** One line: {@code optional FILE ARGUMENT...}. */
    record Plugin(Path file, List<String> arguments) {
        Plugin {
            arguments = List.copyOf(arguments);
        }
    }

    PlugStack {
        plugins = List.copyOf(plugins);
    }

    static PlugStack read(Path file) {
        List<Plugin> plugins = new ArrayList<>();
        collect(file, plugins, 0);
        return new PlugStack(plugins);
    }

    /** Of that file name. */
    Optional<Plugin> find(String name) {
        return plugins.stream().filter(plugin -> plugin.file.endsWith(name)).findFirst();
    }

    private static void collect(Path file, List<Plugin> plugins, int depth) {
        for (String line : lines(file)) {
            List<String> words = List.of(line.replaceFirst("#.*", "").strip().split("\\s+"));
            if (words.size() < 2) {
                continue;
            }
            if (words.get(0).equals("include") && depth < DEEPEST) {
                matches(file.resolveSibling(words.get(1))).forEach(other -> collect(other, plugins, depth + 1));
            } else if (words.get(0).matches("required|optional")) {
                plugins.add(new Plugin(Path.of(words.get(1)), words.subList(2, words.size())));
            }
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The pattern is in the last part alone, as in {@code plugstack.conf.d/*.conf}. */
    private static Iterable<Path> matches(Path pattern) {
        TreeSet<Path> found = new TreeSet<>();
        Path directory = pattern.toAbsolutePath().resolveSibling("");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, String.valueOf(pattern.getFileName()))) {
            files.forEach(found::add);
        } catch (IOException | DirectoryIteratorException | PatternSyntaxException e) {
            return List.of(); // as Slurm does with a directory that is missing
        }
        return found;
    }
}
