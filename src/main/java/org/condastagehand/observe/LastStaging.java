package org.condastagehand.observe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.codec.digest.Blake3;

/**
 * How an environment's last staging for a job of this user's went, for who asks before the next one. A small file for each in
 * the user's own cache, which all nodes see; the writer of the last one wins.
 *
 * @param source the archive, prefix or image
 * @param node where
 * @param stageMillis of {@code millis}, what was not looking for it and not activating it
 */
public record LastStaging(
        Path source,
        Course.Source kind,
        Instant when,
        String node,
        long files,
        long bytes,
        long millis,
        long stageMillis) {
    private static final Duration BETWEEN_NOTES = Duration.ofMinutes(10);
    private static final int MOST_FILES = 256;
    private static final int MOST_BYTES = 8192;
    private static final int KEY_BYTES = 12;

    /** Where they are in a user's cache directory, {@code ~/.cache/conda-stagehand} as a rule. */
    static Path directory(Path cache) {
        return cache.resolve("last");
    }

    private static Path file(Path cache, Path source) {
        byte[] digest = Blake3.hash(source.toString().getBytes(StandardCharsets.UTF_8));
        return directory(cache).resolve(HexFormat.of().formatHex(digest, 0, KEY_BYTES));
    }

    /**
     * The last staging from a source; empty where none is known.
     *
     * @param cache the user's own directory
     */
    public static Optional<LastStaging> of(Path cache, Path source) {
        try (InputStream in = Files.newInputStream(file(cache, source), LinkOption.NOFOLLOW_LINKS)) {
            Map<String, String> values = new HashMap<>();
            new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split("=", 2))
                    .filter(pair -> pair.length == 2)
                    .forEach(pair -> values.put(pair[0], pair[1]));
            return Optional.of(parse(values)).filter(last -> last.source().equals(source));
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // nothing there, or nothing of ours
        }
    }

    private static LastStaging parse(Map<String, String> values) {
        return new LastStaging(
                Path.of(needed(values, "source")),
                Course.Source.valueOf(needed(values, "kind")),
                Instant.ofEpochMilli(Long.parseLong(needed(values, "when"))),
                needed(values, "node"),
                Long.parseLong(needed(values, "files")),
                Long.parseLong(needed(values, "bytes")),
                Long.parseLong(needed(values, "millis")),
                Long.parseLong(needed(values, "stage_millis")));
    }

    private static String needed(Map<String, String> values, String key) {
        return Optional.ofNullable(values.get(key)).orElseThrow(() -> new IllegalArgumentException("no " + key));
    }

    /** Notes it; a home that is full or read-only is no reason to say anything. */
    public void write(Path cache) {
        String text =
                "source=" + source + "\nkind=" + kind + "\nwhen=" + when.toEpochMilli() + "\nnode=" + node + "\nfiles="
                        + files + "\nbytes=" + bytes + "\nmillis=" + millis + "\nstage_millis=" + stageMillis + "\n";
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        if (source.toString().indexOf('\n') >= 0 || content.length > MOST_BYTES) {
            return;
        }
        Path file = file(cache, source);
        Path unfinished = file.resolveSibling("." + file.getFileName() + "." + node + "."
                + ProcessHandle.current().pid());
        try {
            Files.createDirectories(
                    directory(cache),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            boolean isNew = Files.notExists(file, LinkOption.NOFOLLOW_LINKS);
            if (!isNew && isRecent(file)) {
                return;
            }
            try {
                Files.write(unfinished, content);
                Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(unfinished);
            }
            if (isNew) {
                forgetOldest(directory(cache));
            }
        } catch (IOException e) {
            return; // it is only told less
        }
    }

    /** A thousand jobs at once need one note. */
    private boolean isRecent(Path file) throws IOException {
        Duration age = Duration.between(
                Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant(), when);
        return age.abs().compareTo(BETWEEN_NOTES) < 0;
    }

    /** So many environments has nobody in use. */
    private static void forgetOldest(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(files::add);
        }
        if (files.size() <= MOST_FILES) {
            return;
        }
        Map<Path, Long> times = new HashMap<>();
        for (Path file : files) {
            times.put(
                    file,
                    Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toMillis());
        }
        files.sort(Comparator.comparing(times::get));
        for (Path file : files.subList(0, files.size() - MOST_FILES)) {
            Files.deleteIfExists(file);
        }
    }
}
