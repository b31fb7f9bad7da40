package org.condastagehand.pack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Set;
import org.condastagehand.host.BadRequest;

/** Reads the files of the environment, and notices one that is not what it was when it was listed. */
final class Contents {
    private static final String ATTRIBUTES = "unix:ino,size,lastModifiedTime";

    private final Path root;
    private final Installed installed;
    private final Map<String, byte[]> own;

    /** @param own contents of members that are not in the environment */
    Contents(Path root, Installed installed, Map<String, byte[]> own) {
        this.root = root;
        this.installed = installed;
        this.own = own;
    }

    /** Puts a whole content at an offset; as many bytes as the member has. */
    void read(Entry entry, byte[] into, int at) throws BadRequest {
        byte[] ready = own.get(entry.path());
        int[] cuts = installed.cuts(entry.path());
        if (ready == null && cuts.length == 0) {
            readFile(entry, into, at);
            return;
        }
        byte[] content = ready == null ? cut(entry, cuts) : ready;
        System.arraycopy(content, 0, into, at, content.length);
    }

    /** A package's record without the package cache's paths. */
    byte[] cut(Entry entry, int[] cuts) throws BadRequest {
        byte[] record = new byte[Math.toIntExact(entry.size())];
        readFile(entry, record, 0);
        return Blanks.without(record, cuts);
    }

    private void readFile(Entry entry, byte[] into, int at) throws BadRequest {
        int size = (int) entry.size();
        try (FileChannel file = open(entry)) {
            ByteBuffer content = ByteBuffer.wrap(into, at, size);
            while (content.hasRemaining()) {
                if (file.read(content) < 0) {
                    throw changed(entry);
                }
            }
        } catch (IOException e) {
            throw unreadable(entry, e);
        }
        check(entry);
    }

    FileChannel open(Entry entry) throws BadRequest {
        try {
            return FileChannel.open(
                    root.resolve(entry.path()), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            throw unreadable(entry, e);
        }
    }

    /** Whether the file is still what was listed; to be asked after it was read. */
    void check(Entry entry) throws BadRequest {
        try {
            Map<String, Object> now =
                    Files.readAttributes(root.resolve(entry.path()), ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
            FileTime modified = (FileTime) now.getOrDefault("lastModifiedTime", FileTime.fromMillis(0));
            boolean same = Long.valueOf(entry.inode()).equals(now.get("ino"))
                    && Long.valueOf(entry.size()).equals(now.get("size"))
                    && modified.equals(entry.member().modified());
            if (!same) {
                throw changed(entry);
            }
        } catch (IOException e) {
            throw unreadable(entry, e);
        }
    }

    BadRequest changed(Entry entry) {
        return new BadRequest(
                "`" + root.resolve(entry.path()) + "` changed while it was packed",
                "pack it when nothing writes into the environment, or leave it out: --exclude " + entry.path());
    }

    BadRequest unreadable(Entry entry, IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return changed(entry);
        }
        Path file = root.resolve(entry.path());
        String hint = cause instanceof AccessDeniedException
                ? "chmod u+r " + file + ", or leave it out: --exclude " + entry.path()
                : "";
        return new BadRequest("cannot read `" + file + "`", hint, cause);
    }
}
