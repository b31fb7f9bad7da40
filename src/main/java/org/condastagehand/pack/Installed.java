package org.condastagehand.pack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;

/** What conda noted of all files that it installed: {@code conda-meta/PACKAGE.json} of every package. */
final class Installed {
    private static final String META = "conda-meta/";

    private final Map<String, Known> files = new HashMap<>();
    private final Map<String, List<String>> packages = new TreeMap<>();
    private final Map<String, int[]> cuts = new HashMap<>();

    private Installed() {}

    /** Reads the records among the entries, several at a time. */
    static Installed read(Path root, List<Entry> entries, int threads) throws StagingException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<PackageRecord>> records = new ArrayList<>();
            for (Entry entry : entries) {
                if (isRecord(entry.path()) && entry.isFile()) {
                    records.add(pool.submit(() -> PackageRecord.read(root.resolve(entry.path()), entry.path())));
                }
            }
            Installed installed = new Installed();
            for (Future<PackageRecord> record : records) {
                installed.add(record.get());
            }
            return installed;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BadRequest refusal) {
                throw refusal;
            }
            throw new IllegalStateException("a record was not read", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeFault("interrupted");
        } finally {
            pool.shutdownNow();
        }
    }

    /** The same, the records staying as they are, byte for byte. */
    Installed withoutCuts() {
        cuts.clear();
        return this;
    }

    private void add(PackageRecord record) {
        files.putAll(record.known());
        packages.put(record.name(), record.files());
        cuts.put(record.path(), record.cuts());
    }

    /** Whether a path is that of a package's record. */
    static boolean isRecord(String path) {
        return path.startsWith(META) && path.endsWith(".json") && path.indexOf('/', META.length()) < 0;
    }

    Optional<Known> known(String path) {
        return Optional.ofNullable(files.get(path));
    }

    /** Files of packages, by the name of their package's record, without its ending. */
    Map<String, List<String>> packages() {
        return packages;
    }

    /** Where the package cache's paths stand in a record; nothing for any other file. */
    int[] cuts(String path) {
        return cuts.getOrDefault(path, new int[0]);
    }
}
