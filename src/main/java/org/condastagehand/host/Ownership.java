package org.condastagehand.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * Who may change a file, as it was at one look.
 *
 * @param mode st_mode, the type's bits too
 */
public record Ownership(int uid, int mode) {
    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int STICKY = 01000;
    private static final int OTHERS_WRITE = 0022;
    private static final int WORLD_WRITES = 0002;
    private static final int OTHERS = 0077;

    public static Ownership of(Path file, LinkOption... options) throws IOException {
        Map<String, Object> found = Files.readAttributes(file, "unix:uid,mode", options);
        return new Ownership(number(found, "uid"), number(found, "mode"));
    }

    private static int number(Map<String, Object> found, String name) {
        return (Integer) Objects.requireNonNull(found.get(name), name);
    }

    public boolean isDirectory() {
        return (mode & TYPE) == DIRECTORY;
    }

    public boolean isRegularFile() {
        return (mode & TYPE) == REGULAR;
    }

    /** Whether nobody but that user and root can change it: what is in it, if it is a directory. */
    public boolean isChangeableOnlyBy(int user) {
        return uid == user && (mode & OTHERS_WRITE) == 0;
    }

    /** Whether nobody but root can change it. */
    public boolean isRootsAlone() {
        return isChangeableOnlyBy(0);
    }

    /** Whether nobody but that user and root can do anything with it. */
    public boolean isPrivateTo(int user) {
        return uid == user && (mode & OTHERS) == 0;
    }

    public boolean isWorldWritable() {
        return (mode & WORLD_WRITES) != 0;
    }

    /** Whether in a directory each may change only what is theirs, as in {@code /tmp}. */
    public boolean isSticky() {
        return (mode & STICKY) != 0;
    }
}
