package org.condastagehand.host;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** A directory that is one user's alone, below one where everybody can make some. */
public final class PrivateDirectory {
    private static final int OTHERS = 0077;
    private static final int WRITING_OTHERS = 0022;

    private PrivateDirectory() {}

    /** Makes it, or leaves what is there as it is: {@link #require} says whether that will do. */
    public static void make(Path directory) throws IOException {
        try {
            makeNew(directory);
        } catch (FileAlreadyExistsException e) {
            // an earlier job made it
        }
    }

    /** Makes it, and throws where there is anything of that name. */
    public static Path makeNew(Path directory) throws IOException {
        return Files.createDirectory(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Throws unless it is a directory of this user that nobody else can enter. */
    public static void require(Path directory, int uid) throws IOException, BadSite {
        if (!isOf(directory, uid, OTHERS)) {
            throw new BadSite("`" + directory + "` is not a private directory of user " + uid);
        }
    }

    /** Throws unless it is a directory of this user that nobody else can change. */
    public static void requireUnwritable(Path directory, int uid) throws IOException, BadSite {
        if (!isOf(directory, uid, WRITING_OTHERS)) {
            throw new BadSite("`" + directory + "` is not a directory that user " + uid + " alone can change");
        }
    }

    private static boolean isOf(Path directory, int uid, int forbidden) throws IOException {
        Map<String, Object> found =
                Files.readAttributes(directory, "unix:uid,mode,isDirectory", LinkOption.NOFOLLOW_LINKS);
        return Boolean.TRUE.equals(found.get("isDirectory"))
                && Integer.valueOf(uid).equals(found.get("uid"))
                && found.get("mode") instanceof Integer mode
                && (mode & forbidden) == 0;
    }
}
