package org.condastagehand.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A mounted file system, as the kernel tells it without a look at the file system itself, which may not answer.
 *
 * @param options of the mount and of the file system
 */
public record Mount(Path point, String type, Set<String> options) {
    private static final Path TABLE = Path.of("/proc/self/mountinfo");

    public Mount {
        options = Set.copyOf(options);
    }

    /** What this process has mounted, in the order in which it was. */
    public static List<Mount> all() throws NodeFault {
        try {
            return parse(new String(Files.readAllBytes(TABLE), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new NodeFault("cannot read `" + TABLE + "`", e);
        }
    }

    /** Of a text as proc_pid_mountinfo(5) describes it. */
    public static List<Mount> parse(String table) {
        return table.lines()
                .map(line -> line.split(" - ", 2))
                .filter(halves -> halves.length == 2)
                .flatMap(halves -> of(halves[0].split(" "), halves[1].split(" ")).stream())
                .toList();
    }

    private static Optional<Mount> of(String[] mount, String[] system) {
        if (mount.length < 6 || system.length < 3) {
            return Optional.empty();
        }
        Set<String> options = new HashSet<>(List.of(mount[5].split(",")));
        options.addAll(List.of(system[2].split(",")));
        return Optional.of(new Mount(Path.of(MountPoints.unescape(mount[4])), system[0], options));
    }

    /** The one that a path lies on; of several on one point the last. */
    public static Optional<Mount> holding(Path path, List<Mount> all) {
        return all.stream()
                .filter(mount -> path.startsWith(mount.point))
                .reduce((one, other) -> DEPTH.compare(one, other) > 0 ? one : other);
    }

    private static final Comparator<Mount> DEPTH = Comparator.comparingInt(mount -> mount.point.getNameCount());
}
