package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.StagingException;

/**
 * Every directory that was made here, and no other: a path is written to only when its parent stands in this table, so
 * nothing is ever written through a symlink. All are 0700 until the tree is whole; their own modes and times come last.
 */
final class DirectoryTable {
    private static final int IMPLIED_MODE = 0755;

    private record Wanted(int mode, Optional<FileTime> modified) {}

    private final Path root;
    private final Map<String, Wanted> made = new HashMap<>();
    private final List<String> inOrder = new ArrayList<>();

    DirectoryTable(Path root) {
        this.root = root;
        made.put("", new Wanted(IMPLIED_MODE, Optional.empty()));
    }

    boolean holds(String path) {
        return made.containsKey(path);
    }

    /** Makes the directory above this path, and those above that, where they are not made yet. */
    void makeParents(String path) throws IOException, StagingException {
        int slash = path.lastIndexOf('/');
        if (slash > 0 && !holds(path.substring(0, slash))) {
            make(path.substring(0, slash), IMPLIED_MODE, Optional.empty());
        }
    }

    /** Makes the directory, or only notes its mode and time where it is there already. */
    void make(String path, int mode, Optional<FileTime> modified) throws IOException, StagingException {
        if (!holds(path)) {
            makeParents(path);
            create(path);
            inOrder.add(path);
        }
        made.put(path, new Wanted(mode, modified));
    }

    private void create(String path) throws IOException, BadRequest {
        try {
            Files.createDirectory(
                    root.resolve(path),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            throw new BadRequest("`" + path + "` is a directory and also a file or a link", e);
        }
    }

    /** Gives each directory its time and its mode, the deepest first. The root keeps its mode until it is published. */
    void seal(boolean writable, Writers threads) throws IOException, StagingException {
        NavigableMap<Integer, List<String>> byDepth = new TreeMap<>();
        for (String path : inOrder) {
            int depth = (int) path.chars().filter(c -> c == '/').count();
            byDepth.computeIfAbsent(depth, any -> new ArrayList<>()).add(path);
        }
        for (List<String> equallyDeep : byDepth.descendingMap().values()) {
            threads.each(equallyDeep, path -> seal(path, writable));
        }
    }

    private void seal(String path, boolean writable) throws IOException {
        Wanted wanted = made.getOrDefault(path, new Wanted(IMPLIED_MODE, Optional.empty()));
        Path directory = root.resolve(path);
        if (wanted.modified().isPresent()) {
            Files.setLastModifiedTime(directory, wanted.modified().get());
        }
        Files.setAttribute(directory, "unix:mode", Modes.of(wanted.mode(), writable));
    }
}
