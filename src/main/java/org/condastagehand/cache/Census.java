package org.condastagehand.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;

/**
 * All that is in an entry, in one line: how many files and links, how many bytes, a checksum of names, link targets and contents.
 * A checksum for disks that lose or change bits; who changes a file on purpose is told by its st_ctime, which nobody can set.
 */
final class Census extends SimpleFileVisitor<Path> {
    private static final int BUFFER = 1 << 16;

    private final Path entry;
    private final byte[] buffer = new byte[BUFFER];
    private long files;
    private long bytes;
    private long sum;
    private long lastChange;
    private Path lastChanged;

    private Census(Path entry) {
        this.entry = entry;
        this.lastChanged = entry;
    }

    /** Reads every byte. */
    static Census of(Path entry) throws IOException {
        Census census = new Census(entry);
        Files.walkFileTree(entry, census);
        return census;
    }

    /** A file's st_ctime in nanoseconds since 1970. */
    static long changed(Path file) throws IOException {
        FileTime time = (FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
        return time.to(TimeUnit.NANOSECONDS);
    }

    String text() {
        return files + " files, " + bytes + " bytes, checksum " + Long.toHexString(sum);
    }

    /** The newest st_ctime in it, but for that of its top directory, which changes with its name. */
    long lastChange() {
        return lastChange;
    }

    /** What has that time. */
    Path lastChanged() {
        return lastChanged;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes found) throws IOException {
        if (!directory.equals(entry)) {
            add(directory, new CRC32());
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes found) throws IOException {
        CRC32 content = new CRC32();
        files++;
        if (found.isRegularFile()) {
            read(file, content);
        } else if (found.isSymbolicLink()) {
            content.update(Files.readSymbolicLink(file).toString().getBytes(StandardCharsets.UTF_8));
        }
        add(file, content);
        return FileVisitResult.CONTINUE;
    }

    /** In whatever order a directory lists them. */
    private void add(Path file, CRC32 content) throws IOException {
        CRC32 whole = new CRC32();
        whole.update((entry.relativize(file) + " " + content.getValue()).getBytes(StandardCharsets.UTF_8));
        sum += whole.getValue();
        long changed = changed(file);
        if (changed > lastChange) {
            lastChange = changed;
            lastChanged = file;
        }
    }

    private void read(Path file, CRC32 content) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            for (int some = in.read(buffer); some >= 0; some = in.read(buffer)) {
                content.update(buffer, 0, some);
                bytes += some;
            }
        }
    }
}
