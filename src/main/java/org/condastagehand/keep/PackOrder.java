package org.condastagehand.keep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.NodeFault;

/**
 * What a job has staged and is worth an archive: {@code archive} in its {@code conda-stage} directory, written when all is staged and
 * before the job begins. What was changed in the copy since is newer than this file.
 *
 * @param copy where the environment was staged to, the path that stands in its files
 * @param originals names of the environment that it was staged from, the one without symlinks first
 * @param state of that environment, before and after it was staged
 * @param archive to write
 */
public record PackOrder(Path copy, List<Path> originals, String state, Path archive) {
    private static final String NAME = "archive";
    private static final String FORMAT = "format=1";
    private static final int FEWEST_LINES = 5;
    private static final int MOST_BYTES = 1 << 16;

    public PackOrder {
        originals = List.copyOf(originals);
    }

    /** Writes it; a path with a line break is in none. */
    public void write(Path stage) throws NodeFault {
        List<String> lines = new ArrayList<>(List.of(FORMAT, copy.toString(), state, archive.toString()));
        originals.forEach(path -> lines.add(path.toString()));
        if (lines.stream().anyMatch(line -> line.contains("\n"))) {
            return;
        }
        try {
            Files.write(file(stage), lines);
        } catch (IOException e) {
            throw new NodeFault("cannot write `" + file(stage) + "`", e);
        }
    }

    /** Empty where there is none. */
    public static Optional<PackOrder> read(Path stage) throws BadRequest {
        Path file = file(stage);
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MOST_BYTES) {
                return Optional.empty();
            }
            List<String> lines = Files.readAllLines(file);
            if (lines.size() < FEWEST_LINES || !lines.get(0).equals(FORMAT)) {
                return Optional.empty();
            }
            List<Path> originals =
                    lines.subList(4, lines.size()).stream().map(Path::of).toList();
            return Optional.of(new PackOrder(Path.of(lines.get(1)), originals, lines.get(2), Path.of(lines.get(3))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | InvalidPathException e) {
            throw new BadRequest("cannot read `" + file + "`", e);
        }
    }

    /** When it was written. */
    static FileTime time(Path stage) throws IOException {
        return Files.getLastModifiedTime(file(stage), LinkOption.NOFOLLOW_LINKS);
    }

    private static Path file(Path stage) {
        return stage.resolve(NAME);
    }
}
