package org.condastagehand.resolve;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/** All names that would be found, for somebody who asked for one that was not. */
final class KnownNames {
    /** Entries looked at in one place: a directory of environments has tens. */
    private static final int MOST_ENTRIES = 1000;

    private final NavigableSet<String> names = new TreeSet<>();
    private final Problems problems;

    private KnownNames(Problems problems) {
        this.problems = problems;
    }

    static NavigableSet<String> in(EnvPlaces places, Problems problems) {
        KnownNames known = new KnownNames(problems);
        places.directories().stream()
                .flatMap(rank -> rank.paths().stream())
                .distinct()
                .forEach(known::addEntries);
        places.remembered().stream().limit(MOST_ENTRIES).forEach(known::addPrefix);
        if (places.prefixes("base").stream().anyMatch(known::hasEnv)) {
            known.names.add("base");
        }
        return known.names;
    }

    private boolean hasEnv(EnvPlaces.Rank rank) {
        return rank.paths().stream().anyMatch(prefix -> CondaPrefix.at(prefix, problems));
    }

    private void addEntries(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            Iterator<Path> entry = entries.iterator();
            for (int seen = 0; seen < MOST_ENTRIES && entry.hasNext(); seen++) {
                addEntry(entry.next());
            }
        } catch (IOException e) {
            problems.cannotRead(directory, e);
        } catch (DirectoryIteratorException e) {
            problems.cannotRead(directory, Objects.requireNonNull(e.getCause()));
        }
    }

    private void addEntry(Path entry) {
        Optional<String> stem = ArchiveName.stem(String.valueOf(entry.getFileName()));
        if (stem.isPresent() && Files.isRegularFile(entry)) {
            add(stem.get());
        } else {
            addPrefix(entry);
        }
    }

    private void addPrefix(Path prefix) {
        if (CondaPrefix.at(prefix, problems)) {
            add(String.valueOf(prefix.getFileName()));
        }
    }

    /** Only what could be asked for. */
    private void add(String name) {
        if (StagedName.isValid(name)) {
            names.add(name);
        }
    }
}
