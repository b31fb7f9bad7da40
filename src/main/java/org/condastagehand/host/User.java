package org.condastagehand.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Numeric ids of a user. */
public record User(int uid, int gid) {
    public boolean isRoot() {
        return uid == 0;
    }

    /** The ids of this process, from the owner of its own entry in {@code /proc}. */
    public static User current() throws IOException {
        Path self = Path.of("/proc/self");
        return new User((Integer) Files.getAttribute(self, "unix:uid"), (Integer) Files.getAttribute(self, "unix:gid"));
    }
}
