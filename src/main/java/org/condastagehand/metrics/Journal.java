package org.condastagehand.metrics;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where root's hooks write a line for each job, at the end of a file in memory, and nobody waits for anybody. A long one gets
 * another name, so that hooks begin a new one; the next sweep, minutes later, deletes it: by then nobody writes there any more.
 */
final class Journal {
    private static final long LONG = 1 << 20;
    private static final int MOST_AT_ONCE = 16 << 20;
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path file;
    private final Path old;

    Journal(Path file) {
        this.file = file;
        this.old = file.resolveSibling(file.getFileName() + ".old");
    }

    /** Adds what is new to the totals and writes them. */
    void addTo(Totals totals, Path kept) throws IOException {
        boolean done = Files.exists(old, LinkOption.NOFOLLOW_LINKS);
        Set<String> journals = new TreeSet<>();
        for (Path journal : new Path[] {old, file}) {
            try {
                String name = name(journal);
                journals.add(name);
                totals.setReadUntil(name, add(journal, totals.readUntil(name), totals));
            } catch (NoSuchFileException e) {
                // no hook has counted anything yet
            }
        }
        totals.keepJournals(journals);
        totals.write(kept);
        if (done) {
            journals.remove(name(old));
            Files.delete(old);
            totals.keepJournals(journals); // a new one may get its number
            totals.write(kept);
        } else if (Files.exists(file) && Files.size(file) > LONG) {
            Files.move(file, old);
        }
    }

    /** Another one by the same path, or the same number after a boot, has another name. */
    private static String name(Path journal) throws IOException {
        Object key = Files.readAttributes(journal, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
        return Files.readString(BOOT).strip() + key.toString().replace('=', ':');
    }

    /** Returns how far it was read: to the end of the last whole line. */
    private static long add(Path journal, long from, Totals totals) throws IOException {
        long begin = from > Files.size(journal) ? 0 : from;
        try (InputStream in = Files.newInputStream(journal, LinkOption.NOFOLLOW_LINKS)) {
            in.skipNBytes(begin);
            String text = new String(in.readNBytes(MOST_AT_ONCE), StandardCharsets.ISO_8859_1);
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            whole.lines().forEach(line -> Event.of(line).ifPresent(totals::add));
            return begin + whole.length();
        }
    }
}
