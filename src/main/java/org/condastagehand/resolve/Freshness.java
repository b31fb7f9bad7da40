package org.condastagehand.resolve;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * When an environment was last changed, from a few tens of stats, since a walk over a shared file system
 * would cost what staging saves.
 *
 * <p>Catches: every conda, mamba and pixi transaction ({@code conda-meta}, its {@code history}); {@code conda env config
 * vars} ({@code conda-meta/state}); pip installing, upgrading or removing a distribution ({@code site-packages},
 * {@code bin}); R's and npm's installs; a file or directory made, removed or renamed right inside one of the directories
 * listed; an activation script edited in place.
 *
 * <p>Cannot catch: a file edited in place anywhere else, such as a module of an installed package; anything made or
 * removed deeper than the directories listed; the sources of an editable install, which are not in the environment; an
 * environment put back from a backup that restores times. It errs the safe way too: a {@code __pycache__} that Python
 * makes right inside {@code site-packages}, or a program that makes a directory at the top, counts as a change.
 */
final class Freshness {
    private static final int MOST_SCRIPTS = 16;
    private static final FileTime EPOCH = FileTime.fromMillis(0);
    private static final List<String> WATCHED = List.of(
            "",
            "conda-meta",
            "conda-meta/history",
            "conda-meta/state",
            "bin",
            "lib",
            "lib/R/library",
            "lib/node_modules",
            "etc/conda",
            "share",
            "share/jupyter",
            "share/jupyter/kernels");
    private static final List<String> SCRIPTS =
            List.of("etc/conda/activate.d", "etc/conda/deactivate.d", "etc/conda/env_vars.d");

    private Freshness() {}

    /** The newest time of change found; what is missing or cannot be read does not count. */
    static FileTime newest(Path prefix) {
        return watched(prefix)
                .map(Freshness::modified)
                .max(Comparator.naturalOrder())
                .orElse(EPOCH);
    }

    /**
     * What is equal for as long as nothing changes that is looked at: a name, a size or a time, also one that went back.
     * Neither inode nor ctime, which another environment with a hard link to the same package changes.
     *
     * @return one line for each path, sorted
     */
    static List<String> state(Path prefix) {
        return watched(prefix)
                .map(path -> prefix.relativize(path) + " " + sizeAndTime(path))
                .sorted()
                .toList();
    }

    private static Stream<Path> watched(Path prefix) {
        Stream<Path> watched = WATCHED.stream().map(prefix::resolve);
        Stream<Path> scripts = SCRIPTS.stream().map(prefix::resolve).flatMap(Freshness::withEntries);
        return Stream.of(watched, scripts, sitePackages(prefix)).flatMap(paths -> paths);
    }

    /** A directory's size is its file system's affair. */
    private static String sizeAndTime(Path path) {
        try {
            BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
            long size = found.isDirectory() ? 0 : found.size();
            return size + " " + found.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        } catch (IOException e) {
            return "-";
        }
    }

    private static FileTime modified(Path path) {
        try {
            return Files.getLastModifiedTime(path);
        } catch (IOException e) {
            return EPOCH;
        }
    }

    /** {@code bin/python} is a link to {@code python3.12}: one readlink instead of a listing of a large {@code lib}. */
    private static Stream<Path> sitePackages(Path prefix) {
        Path library = prefix.resolve("lib");
        List<Path> linked = Stream.of("bin/python", "bin/python3")
                .flatMap(name -> linkTarget(prefix.resolve(name)))
                .filter(version -> version.startsWith("python"))
                .map(library::resolve)
                .toList();
        return (linked.isEmpty() ? entries(library, "python[0-9]*") : linked)
                .stream().map(version -> version.resolve("site-packages"));
    }

    private static Stream<String> linkTarget(Path link) {
        try {
            return Stream.of(String.valueOf(Files.readSymbolicLink(link).getFileName()));
        } catch (IOException | UnsupportedOperationException e) {
            return Stream.empty();
        }
    }

    private static Stream<Path> withEntries(Path directory) {
        return Stream.concat(Stream.of(directory), entries(directory, "*").stream());
    }

    private static List<Path> entries(Path directory, String glob) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, glob)) {
            for (Iterator<Path> entry = entries.iterator(); found.size() < MOST_SCRIPTS && entry.hasNext(); ) {
                found.add(entry.next());
            }
        } catch (IOException | DirectoryIteratorException e) {
            return found;
        }
        return found;
    }
}
