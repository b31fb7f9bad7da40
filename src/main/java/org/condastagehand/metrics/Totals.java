package org.condastagehand.metrics;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What was counted on this node since the site wanted it, over boots: lines of {@code NAME=NUMBER} in a file of root's. */
final class Totals {
    /** What sweeps of root's have struck that no epilog had. */
    static final String LEFTOVERS = "leftovers";

    /** Upper bounds in hundredths of a second, for a histogram of what jobs wait for. */
    static final long[] BOUNDS = {50, 100, 200, 500, 1000, 2000, 6000, 12000, 30000};

    private static final String READ = "read ";
    private static final int MOST_BYTES = 1 << 16;

    private final SortedMap<String, Long> values = new TreeMap<>();

    private Totals() {}

    /** Reads them; none were counted yet where there is no file, and what is damaged begins anew as a counter may. */
    static Totals read(Path file) throws IOException {
        Totals totals = new Totals();
        try {
            if (Files.size(file) <= MOST_BYTES) {
                Files.readString(file, StandardCharsets.ISO_8859_1).lines().forEach(totals::take);
            }
        } catch (NoSuchFileException e) {
            return totals;
        }
        return totals;
    }

    private void take(String line) {
        int end = line.lastIndexOf('=');
        if (end > 0 && line.substring(end + 1).matches("[0-9]{1,18}")) {
            values.put(line.substring(0, end), Long.parseLong(line.substring(end + 1)));
        }
    }

    long of(String name) {
        return values.getOrDefault(name, 0L);
    }

    void add(String name, long more) {
        values.merge(name, more, Long::sum);
    }

    void add(Event event) {
        add(event.name(), 1);
        if (event.kind().equals(Event.STAGE) && event.verdict().equals(Event.STAGED)) {
            add(sum(event.source()), event.hundredths());
            for (long bound : BOUNDS) {
                if (event.hundredths() <= bound) {
                    add(bucket(event.source(), bound), 1);
                }
            }
        }
    }

    static String sum(String source) {
        return "hundredths " + source;
    }

    static String bucket(String source, long bound) {
        return "until " + source + " " + bound;
    }

    /** How far a journal has been added up, so that no line counts twice. */
    long readUntil(String journal) {
        return of(READ + journal);
    }

    void setReadUntil(String journal, long bytes) {
        values.put(READ + journal, bytes);
    }

    /** Forgets journals that are gone. */
    void keepJournals(Set<String> journals) {
        Predicate<String> gone = name -> name.startsWith(READ) && !journals.contains(name.substring(READ.length()));
        values.keySet().removeIf(gone);
    }

    /** Replaces the file, for good before anything of the journals is deleted. */
    void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, Long> value : values.entrySet()) {
            text.append(value.getKey()).append('=').append(value.getValue()).append('\n');
        }
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel out = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.ISO_8859_1.encode(text.toString());
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
