package org.condastagehand.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What root's hook keeps of a job on a node, in {@code local_root/records}: the shell writes it ({@code libexec/sge-drop})
 * and strikes by it, so here are only the keys that tell whether the job is over.
 *
 * @param name of its file
 * @param node the short name of the host that it was made on
 * @param boot that host's boot id then
 * @param directory the job's own
 * @param spool the directory that execd has for the job as long as it is not over
 */
public record HookRecord(String name, String node, String boot, Path directory, Path spool) {
    /** What the names of Grid Engine's records begin with. */
    public static final String GRID_ENGINE = "sge-";

    /** A record that is being written. */
    public static final String UNFINISHED = ".new";

    private static final int LARGEST = 1 << 16;

    /** Empty when the file is gone, cut off or something else. */
    public static Optional<HookRecord> read(Path file) throws IOException {
        try {
            boolean readable = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= LARGEST;
            return readable ? parse(String.valueOf(file.getFileName()), Files.readString(file)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    static Optional<HookRecord> parse(String name, String text) {
        if (!text.startsWith("format=1\n") || !text.endsWith("\nend\n")) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        text.lines()
                .map(line -> line.split("=", 2))
                .filter(line -> line.length == 2)
                .forEach(line -> values.put(line[0], line[1]));
        String node = values.getOrDefault("node", "");
        String boot = values.getOrDefault("boot", "");
        String directory = values.getOrDefault("directory", "");
        String spool = values.getOrDefault("spool", "");
        if (node.isEmpty() || boot.isEmpty() || !directory.startsWith("/") || !spool.startsWith("/")) {
            return Optional.empty();
        }
        return Optional.of(new HookRecord(name, node, boot, Path.of(directory), Path.of(spool)));
    }
}
