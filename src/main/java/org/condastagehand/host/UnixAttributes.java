package org.condastagehand.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;

/**
 * What one lstat(2) tells of a file: Java's own views tell either the permissions or the number of links.
 *
 * @param mode with the set-id bits, 0 to 07777
 * @param links how many names the file has, here or elsewhere
 */
public record UnixAttributes(Kind kind, int mode, int links, long device, long inode, long size, FileTime modified) {
    private static final String WANTED = "unix:mode,nlink,dev,ino,size,lastModifiedTime";
    private static final int FORMAT = 0170000;
    private static final int SET_ID_BITS = 06000;

    /** The kinds that an environment is made of, and all others. */
    public enum Kind {
        FILE,
        DIRECTORY,
        SYMLINK,
        OTHER
    }

    public static UnixAttributes of(Path file) throws IOException {
        Map<String, Object> found = Files.readAttributes(file, WANTED, LinkOption.NOFOLLOW_LINKS);
        int mode = number(found, "mode").intValue();
        return new UnixAttributes(
                kind(mode),
                mode & ~FORMAT,
                number(found, "nlink").intValue(),
                number(found, "dev").longValue(),
                number(found, "ino").longValue(),
                number(found, "size").longValue(),
                (FileTime) found.getOrDefault("lastModifiedTime", FileTime.fromMillis(0)));
    }

    private static Kind kind(int mode) {
        return switch (mode & FORMAT) {
            case 0100000 -> Kind.FILE;
            case 0040000 -> Kind.DIRECTORY;
            case 0120000 -> Kind.SYMLINK;
            default -> Kind.OTHER;
        };
    }

    private static Number number(Map<String, Object> found, String name) {
        return (Number) found.getOrDefault(name, 0);
    }

    /** 0 to 0777. */
    public int permissions() {
        return mode & 0777;
    }

    public boolean isSetId() {
        return (mode & SET_ID_BITS) != 0;
    }

    /** The same for all names of a file, and no other's. */
    public String identity() {
        return device + ":" + inode;
    }
}
