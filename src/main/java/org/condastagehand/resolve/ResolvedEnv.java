package org.condastagehand.resolve;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.BadRequest;

/**
 * An environment that was found, and what it is staged from.
 *
 * @param name what the job calls it: the name asked for, or the last part of its path without an archive's endings
 * @param original the live prefix, where there is one: what a fallback activates
 * @param notes lines that the user should see, such as an archive that was passed over because it is older
 * @param published found in the site's own table, so it is the same for everybody
 * @param image what may be mounted instead of staging from the source; the source itself where there is nothing else
 */
public record ResolvedEnv(
        String name,
        Source source,
        Optional<Path> original,
        List<String> notes,
        boolean published,
        Optional<Image> image) {
    public ResolvedEnv {
        notes = List.copyOf(notes);
    }

    /** One of the user's. */
    public ResolvedEnv(String name, Source source, Optional<Path> original, List<String> notes) {
        this(name, source, original, notes, false, Optional.empty());
    }

    /** The same, from the live prefix itself; empty where there is none. */
    public Optional<ResolvedEnv> live() {
        return original.map(
                prefix -> new ResolvedEnv(name, new LivePrefix(prefix), original, notes, published, Optional.empty()));
    }

    ResolvedEnv with(Optional<Image> found) {
        return new ResolvedEnv(name, source, original, notes, published, found);
    }

    /**
     * The same, to be staged from its source.
     *
     * @param why nothing is mounted
     * @throws BadRequest where the image is all there is
     */
    public ResolvedEnv withoutImage(String why) throws BadRequest {
        if (source instanceof Image only) {
            throw new BadRequest(
                    Shown.quoted(only.path()) + " is not mounted: " + why + ", and what it was made of is not there: "
                            + Shown.quoted(only.label().original()),
                    "pack an archive where the environment is: conda-stagehand pack ENV");
        }
        return with(Optional.empty());
    }

    /** Whether it comes from an archive that a job packed by itself. */
    public boolean isKept() {
        return source instanceof Archive archive && archive.kept();
    }

    /** What the bytes are read from. */
    public sealed interface Source {
        Path path();
    }

    /**
     * An archive that conda-pack or a program like it made.
     *
     * @param kept whether a job packed it by itself, and staging it is staging the original as that is now
     */
    public record Archive(Path path, long size, boolean kept) implements Source {
        public Archive(Path path, long size) {
            this(path, size, false);
        }
    }

    /** An image of a file system, which {@code pack --image} made. */
    public record Image(Path path, long size, ImageLabel label) implements Source {}

    /** A directory that conda made, copied as it is. */
    public record LivePrefix(Path path) implements Source {}
}
