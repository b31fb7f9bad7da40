package org.condastagehand.host;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A directory that is one user's alone, below one where everybody can make some. */
public final class PrivateDirectory {
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
        Ownership found = Ownership.of(directory, LinkOption.NOFOLLOW_LINKS);
        if (!found.isDirectory() || !found.isPrivateTo(uid)) {
            throw new BadSite("`" + directory + "` is not a private directory of user " + uid);
        }
    }

    /** Throws unless it is a directory of this user that nobody else can change. */
    public static void requireUnwritable(Path directory, int uid) throws IOException, BadSite {
        Ownership found = Ownership.of(directory, LinkOption.NOFOLLOW_LINKS);
        if (!found.isDirectory() || !found.isChangeableOnlyBy(uid)) {
            throw new BadSite("`" + directory + "` is not a directory that user " + uid + " alone can change");
        }
    }
}
