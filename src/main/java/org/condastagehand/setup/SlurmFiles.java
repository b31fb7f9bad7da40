package org.condastagehand.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;

/**
 * A slurm.conf and what it includes. Bytes are kept as they are: each is one character here.
 *
 * @param file the slurm.conf itself, without symlinks
 * @param lines of all files, as Slurm reads one after the other
 */
record SlurmFiles(Path file, SlurmConf conf, List<Place> lines) {
    private static final int DEEPEST = 10;

    /** A line and the file that it stands in. */
    record Place(Path file, SlurmConf.Line line) {
        String where() {
            return "line " + line.number() + " of `" + file + "`";
        }
    }

    SlurmFiles {
        lines = List.copyOf(lines);
    }

    static SlurmFiles read(Path given) throws StagingException {
        Path file;
        try {
            file = given.toRealPath();
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + given + "`", e);
        }
        if (!Files.isRegularFile(file)) {
            throw new BadRequest("`" + given + "` is no file");
        }
        List<Place> lines = new ArrayList<>();
        SlurmConf conf = SlurmConf.parse(text(file));
        collect(file, conf, file.resolveSibling(""), lines, 0);
        return new SlurmFiles(file, conf, lines);
    }

    /** Where a key stands; the last one counts. */
    List<Place> places(String key) {
        return lines.stream().filter(place -> place.line().has(key)).toList();
    }

    SlurmValues values() {
        return SlurmValues.of(lines.stream().map(Place::line).toList());
    }

    /** The text of a file next to slurm.conf; absent where there is none. */
    Optional<SlurmConf> beside(String name) throws NodeFault {
        Path other = file.resolveSibling(name);
        return Files.isReadable(other) ? Optional.of(SlurmConf.parse(text(other))) : Optional.empty();
    }

    void write(SlurmConf after) throws BadSite {
        try {
            FileReplacement.replace(file, after.text().getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new BadSite("cannot write `" + file + "`", "run it as root", e);
        }
    }

    /** Whether the file still is as it was read. */
    boolean isCurrent() throws NodeFault {
        return text(file).equals(conf.text());
    }

    private static void collect(Path file, SlurmConf conf, Path directory, List<Place> lines, int depth)
            throws StagingException {
        for (SlurmConf.Line line : conf.lines()) {
            Place place = new Place(file, line);
            lines.add(place);
            Optional<String> include = line.include();
            if (include.isPresent()) {
                Path other = directory.resolve(include.get().replace("%c", cluster(lines)));
                if (depth == DEEPEST || !Files.isReadable(other)) {
                    throw new BadSite(place.where() + " includes `" + other + "`, which cannot be read");
                }
                collect(other, SlurmConf.parse(text(other)), directory, lines, depth + 1);
            }
        }
    }

    private static String cluster(List<Place> lines) {
        return SlurmValues.of(lines.stream().map(Place::line).toList())
                .value("ClusterName")
                .orElse("%c");
    }

    private static String text(Path file) throws NodeFault {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new NodeFault("cannot read `" + file + "`", e);
        }
    }
}
