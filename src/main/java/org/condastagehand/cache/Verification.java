package org.condastagehand.cache;

import java.io.IOException;
import java.util.Optional;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;

/** A look at all of an entry, where a lease looks at a few tens of files. */
public final class Verification {
    private final CacheArea area;

    public Verification(CacheArea area) {
        this.area = area;
    }

    /** What is wrong with an entry, if anything. */
    public Optional<StagingException> problem(CachedEnv env) {
        try {
            Optional<EntryNote> note = EntryNote.read(area.notes().resolve(env.key()));
            if (note.isEmpty()) {
                return Optional.empty(); // evicted meanwhile
            }
            Census census = Census.of(note.get().content(env.path()));
            if (census.lastChange() > note.get().published()) {
                return problem(env, "`" + census.lastChanged() + "` was changed after it was staged");
            }
            return note.get()
                    .census()
                    .filter(counted -> !counted.equals(census.text()))
                    .flatMap(counted -> problem(
                            env, "`" + env.path() + "` was staged with " + counted + ", and has " + census.text()));
        } catch (IOException e) {
            return Optional.of(new NodeFault("cannot read all of `" + env.path() + "`", e));
        }
    }

    private Optional<StagingException> problem(CachedEnv env, String what) {
        return Optional.of(
                new NodeFault(what, "to have it staged anew: rm " + area.notes().resolve(env.key())));
    }
}
