package org.condastagehand.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is mounted below a directory. A device's number tells most of it, but not a bind mount from the same disk. */
public final class MountPoints {
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
        for (String line : lines()) {
            String point = point(line);
            if (point.startsWith(real)) {
                identities.add(FileTree.identity(Path.of(point)));
            }
        }
        return identities;
    }

    /** The type of the file system that is mounted there, if one is; of several on one point the last counts. */
    public static Optional<String> type(Path point) throws IOException {
        Path parent = point.toAbsolutePath().getParent();
        String real = (parent == null ? point : parent.toRealPath().resolve(point.getFileName())).toString();
        String type = "";
        for (String line : lines()) {
            if (point(line).equals(real)) {
                type = line.replaceFirst(".* - ", "").replaceFirst(" .*", "");
            }
        }
        return type.isEmpty() ? Optional.empty() : Optional.of(type);
    }

    /** The group, a number, for which a user has mounted something through FUSE, if there is anything; the kernel lets in no other. */
    public static Optional<String> fuseGroup(String uid) throws IOException {
        Pattern own = Pattern.compile(".* - fuse\\..*[ ,]user_id=" + Pattern.quote(uid) + ",group_id=(?<gid>[0-9]+).*");
        return Arrays.stream(lines())
                .map(own::matcher)
                .filter(Matcher::matches)
                .map(found -> found.group("gid"))
                .findFirst();
    }

    /** proc_pid_mountinfo(5): the fifth field is the mount point, and the first one after a lone dash the type. */
    private static String[] lines() throws IOException {
        return new String(Files.readAllBytes(MOUNTS), StandardCharsets.UTF_8).split("\n", -1);
    }

    private static String point(String line) {
        String[] fields = line.split(" ", 6);
        return fields.length < 6 ? "" : unescape(fields[4]);
    }

    static String unescape(String field) {
        return field.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
