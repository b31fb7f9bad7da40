package org.condastagehand.archive;

import java.nio.file.attribute.FileTime;

/**
 * One member of an archive; its content, if it has one, is read from the reader that gave it.
 *
 * @param path where it goes, relative, parts joined by {@code /}, none of them empty, {@code .} or {@code ..}
 * @param size of the content in bytes; 0 for what has none
 * @param mode permission bits, 0 to 0777
 * @param link a symlink's target as it stands in the archive, a hard link's path checked as {@code path} is; else empty
 */
public record Member(Kind kind, String path, long size, int mode, FileTime modified, String link) {
    /** The kinds that an environment is made of; every other is refused. */
    public enum Kind {
        FILE,
        DIRECTORY,
        SYMLINK,
        HARD_LINK
    }
}
