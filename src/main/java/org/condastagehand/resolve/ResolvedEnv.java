package org.condastagehand.resolve;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An environment that was found, and what it is staged from.
 *
 * @param name what the job calls it: the name asked for, or the last part of its path without an archive's endings
 * @param original the live prefix, where there is one: what a fallback activates
 * @param notes lines that the user should see, such as an archive that was passed over because it is older
 * @param published found in the site's own table, so it is the same for everybody
 */
public record ResolvedEnv(String name, Source source, Optional<Path> original, List<String> notes, boolean published) {
    public ResolvedEnv {
        notes = List.copyOf(notes);
    }

    /** One of the user's. */
    public ResolvedEnv(String name, Source source, Optional<Path> original, List<String> notes) {
        this(name, source, original, notes, false);
    }

    /** The same, from the live prefix itself; empty where there is none. */
    public Optional<ResolvedEnv> live() {
        return original.map(prefix -> new ResolvedEnv(name, new LivePrefix(prefix), original, notes, published));
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

    /** A directory that conda made, copied as it is. */
    public record LivePrefix(Path path) implements Source {}
}
