package org.condastagehand.stage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.condastagehand.host.NodeFault;

/** Notices a disk that programs cannot run from, which would fail only when the job starts its first one. */
final class Mounts {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    private Mounts() {}

    static void requireExec(Path directory) throws NodeFault {
        try {
            Path real = directory.toRealPath();
            List<String> lines = Files.readAllLines(MOUNTS, StandardCharsets.ISO_8859_1);
            if (isNoexec(lines, real.toString())) {
                throw new NodeFault(
                        "the file system of `" + directory + "` is mounted noexec",
                        "mount -o remount,exec …, or set `local_root` in site.toml to a place that is not");
            }
        } catch (IOException e) {
            throw new NodeFault("cannot look at the file system of `" + directory + "`", e);
        }
    }

    /**
     * Whether the mount that holds a path is noexec.
     *
     * @param lines of proc_pid_mountinfo(5): the fifth field is the mount point, the sixth its options; of two mounts on
     *     one point the later one counts
     */
    static boolean isNoexec(List<String> lines, String path) {
        String bestPoint = "";
        boolean noexec = false;
        for (String line : lines) {
            String[] fields = line.split(" ", 7);
            if (fields.length < 7) {
                continue;
            }
            String point = unescape(fields[4]);
            boolean holds = point.equals("/") || path.equals(point) || path.startsWith(point + "/");
            if (holds && point.length() >= bestPoint.length()) {
                bestPoint = point;
                noexec = List.of(fields[5].split(",", -1)).contains("noexec");
            }
        }
        return noexec;
    }

    private static String unescape(String field) {
        String utf8 = new String(field.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return utf8.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
