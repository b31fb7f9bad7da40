package org.condastagehand.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** What is mounted below a directory. A device's number tells most of it, but not a bind mount from the same disk. */
final class MountPoints {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    private MountPoints() {}

    /**
     * Identities, as of {@link FileTree#identity}, of the directories that are mounted below this one.
     *
     * @throws IOException one of them cannot be looked at, so it would not be recognized either
     */
    static Set<String> below(Path directory) throws IOException {
        String real = directory.toRealPath() + "/";
        Set<String> identities = new HashSet<>();
        // proc_pid_mountinfo(5): the fifth field is the mount point
        for (String line : new String(Files.readAllBytes(MOUNTS), StandardCharsets.UTF_8).split("\n", -1)) {
            String[] fields = line.split(" ", 6);
            String point = fields.length < 6 ? "" : unescape(fields[4]);
            if (point.startsWith(real)) {
                identities.add(FileTree.identity(Path.of(point)));
            }
        }
        return identities;
    }

    private static String unescape(String field) {
        return field.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
