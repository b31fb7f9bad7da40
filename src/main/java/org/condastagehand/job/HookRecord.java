package org.condastagehand.job;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What root's hook keeps of a job on a node, in a directory {@code records} of root's: the shell writes it ({@code
 * libexec/sge-drop}, {@code libexec/slurm-job}) and strikes by it, so here is only what tells whether the job is over.
 *
 * @param file the record itself
 * @param values its lines: {@code node} and {@code boot} say where and when it was made, {@code directory}
 *     is the job's own, {@code uid} its user's
 */
public record HookRecord(Path file, Map<String, String> values) {
    /** What a record that is being written has at the end of its name. */
    public static final String UNFINISHED = ".new";

    private static final int LARGEST = 1 << 16;

    public HookRecord {
        values = Map.copyOf(values);
    }

    /** Empty when the file is gone, cut off, of another version or something else. */
    public static Optional<HookRecord> read(Path file) throws IOException {
        return text(file).filter(RecordFormat::isRead).flatMap(text -> parse(file, text));
    }

    /** Whether another version of ours wrote it, which alone knows what it means. */
    public static boolean isForeign(Path file) throws IOException {
        return text(file).filter(RecordFormat::isForeign).isPresent();
    }

    private static Optional<String> text(Path file) throws IOException {
        try {
            boolean readable = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= LARGEST;
            return readable ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (NoSuchFileException | CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static Optional<HookRecord> parse(Path file, String text) {
        Map<String, String> values = new TreeMap<>();
        text.lines()
                .map(line -> line.split("=", 2))
                .filter(line -> line.length == 2)
                .forEach(line -> values.put(line[0], line[1]));
        HookRecord record = new HookRecord(file, values);
        boolean whole = record.value("uid").matches("[0-9]{1,10}")
                && !record.value("node").isEmpty()
                && !record.value("boot").isEmpty()
                && record.value("directory").startsWith("/");
        return whole ? Optional.of(record) : Optional.empty();
    }

    /** The value of a line, empty where there is none. */
    public String value(String key) {
        return values.getOrDefault(key, "");
    }

    /** Whose job it is. */
    public long uid() {
        return Long.parseLong(value("uid"));
    }
}
