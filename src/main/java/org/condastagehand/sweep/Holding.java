package org.condastagehand.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Something that lies on this node for a job, or for none any more.
 *
 * @param job the record's name; of what has no record its own
 * @param uid whose it is
 * @param since when the record, or what has none, was last changed; absent where nothing tells
 */
public record Holding(String job, long uid, Path path, Optional<Instant> since) {
    /** Takes the time of the first of the files that is there. */
    public static Holding of(String job, long uid, Path path, Path... dated) {
        return new Holding(
                job, uid, path, Stream.of(dated).flatMap(Holding::changed).findFirst());
    }

    private static Stream<Instant> changed(Path file) {
        try {
            return Stream.of(
                    Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant());
        } catch (IOException e) {
            return Stream.empty(); // struck meanwhile, or never there
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
