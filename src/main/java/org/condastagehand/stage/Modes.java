package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Permission bits of what is staged. */
final class Modes {
    private static final int WRITE_BITS = 0222;
    private static final int OWNER_READ = 0400;
    private static final int ALL = 0777;
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String UMASK = "Umask:\t";

    private Modes() {}

    /** The mode from the source, without its write bits unless the copy is to be writable. */
    static int of(int mode, boolean writable) {
        return writable ? mode : mode & ~WRITE_BITS;
    }

    /** The mode to make a file with: the one it will have, but readable, for its time is set by opening it again. */
    static FileAttribute<Set<PosixFilePermission>> atCreation(int mode) {
        StringBuilder permissions = new StringBuilder("rwxrwxrwx");
        for (int i = 0; i < permissions.length(); i++) {
            if (((mode | OWNER_READ) & 0400 >> i) == 0) {
                permissions.setCharAt(i, '-');
            }
        }
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions.toString()));
    }

    /** Whether a file that was made with a mode does not have it yet. */
    static boolean isToBeSet(int mode, int umask) {
        return (mode & OWNER_READ) == 0 || (mode & umask) != 0;
    }

    /** What this process's umask takes away from a new file; all of it where Linux does not tell (before 4.7). */
    static int umask() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(UMASK)) {
                    return Integer.parseInt(line.substring(UMASK.length()).strip(), 8);
                }
            }
        } catch (IOException | NumberFormatException e) {
            return ALL;
        }
        return ALL;
    }
}
