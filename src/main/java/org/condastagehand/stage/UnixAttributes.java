package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;

/**
 * What one lstat(2) tells of a file: Java's own views tell either the permissions or the number of links.
 *
 * @param permissions 0 to 0777
 * @param inode the device's number and the file's on it, for a file with several links; else empty
 */
record UnixAttributes(Kind kind, int permissions, int links, String inode, long size, FileTime modified) {
    private static final String WANTED = "unix:mode,nlink,dev,ino,size,lastModifiedTime";
    private static final int FORMAT = 0170000;

    /** The kinds that an environment is made of, and all others. */
    enum Kind {
        FILE,
        DIRECTORY,
        SYMLINK,
        OTHER
    }

    static UnixAttributes of(Path file) throws IOException {
        Map<String, Object> found = Files.readAttributes(file, WANTED, LinkOption.NOFOLLOW_LINKS);
        int mode = number(found, "mode").intValue();
        Kind kind =
                switch (mode & FORMAT) {
                    case 0100000 -> Kind.FILE;
                    case 0040000 -> Kind.DIRECTORY;
                    case 0120000 -> Kind.SYMLINK;
                    default -> Kind.OTHER;
                };
        int links = number(found, "nlink").intValue();
        return new UnixAttributes(
                kind,
                mode & 0777,
                links,
                links > 1 ? found.get("dev") + ":" + found.get("ino") : "",
                number(found, "size").longValue(),
                (FileTime) found.getOrDefault("lastModifiedTime", FileTime.fromMillis(0)));
    }

    private static Number number(Map<String, Object> found, String name) {
        return (Number) found.getOrDefault(name, 0);
    }
}
