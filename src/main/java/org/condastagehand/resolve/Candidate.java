package org.condastagehand.resolve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/** A file with an archive's name, looked at without following a link and without opening it. */
record Candidate(Path path, int owner, PosixFileAttributes found) {
    /** Absent where there is nothing, or only a directory of that name. */
    static Optional<Candidate> at(Path path) {
        try {
            PosixFileAttributes found =
                    Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            int owner = (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            return Optional.of(new Candidate(path, owner, found)).filter(candidate -> !found.isDirectory());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    boolean isRegular() {
        return found.isRegularFile();
    }

    boolean everybodyWrites() {
        return found.permissions().contains(PosixFilePermission.OTHERS_WRITE);
    }

    FileTime modified() {
        return found.lastModifiedTime();
    }

    ResolvedEnv.Archive archive() {
        return new ResolvedEnv.Archive(path, found.size());
    }

    /** The same of one that a job packed by itself. */
    ResolvedEnv.Archive kept() {
        return new ResolvedEnv.Archive(path, found.size(), true);
    }
}
