package org.condastagehand.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much of a tree is worked on at once.
 *
 * @param workers threads that delete
 * @param levels of directories that each of them may have open below the tree's top, two descriptors a level
 */
record DeletionLimits(int workers, int levels) {
    private static final Path PROCESS = Path.of("/proc/self");
    private static final int MOST_WORKERS = 4;
    private static final int MOST_LEVELS = 64;

    /** Fewer levels make each deep directory cost a rename; then fewer threads with more of them are better. */
    private static final int FEW_LEVELS = 12;

    /** Half of the descriptors that are free now; the rest of the program needs some too. */
    static DeletionLimits now() throws IOException {
        return of(mostOpen() - open(), Runtime.getRuntime().availableProcessors());
    }

    static DeletionLimits of(long free, int cores) {
        int chains = (int) Math.min(Integer.MAX_VALUE, Math.max(0, free) / 4);
        int workers = Math.max(1, Math.min(Math.min(MOST_WORKERS, cores), chains / FEW_LEVELS));
        // one more is open for a moment: the one that turns out to lie too deep
        return new DeletionLimits(workers, Math.max(1, Math.min(MOST_LEVELS, chains / workers - 2)));
    }

    /** The soft limit, which the JVM has raised to the hard one at its start. */
    private static long mostOpen() throws IOException {
        for (String line : Files.readAllLines(PROCESS.resolve("limits"))) {
            if (line.startsWith("Max open files")) {
                String soft = line.substring("Max open files".length()).strip().split(" ", 2)[0];
                return soft.equals("unlimited") ? Integer.MAX_VALUE : Long.parseLong(soft);
            }
        }
        throw new IOException("no limit of open files in `/proc/self/limits`");
    }

    private static long open() throws IOException {
        long open = 0;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(PROCESS.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                open += descriptor.getNameCount() > 0 ? 1 : 0;
            }
        }
        return open;
    }
}
