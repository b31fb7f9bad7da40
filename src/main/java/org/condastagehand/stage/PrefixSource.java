package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Progress;
import org.condastagehand.host.StagingException;
import org.condastagehand.relocate.Prefix;
import org.condastagehand.relocate.Shebang;

/** Copies a live environment and relocates each file on the way. */
final class PrefixSource implements TreeSource {
    /** More than cores: a shared file system answers many at once, and each takes its time. */
    private static final int READERS = 8;

    private final Path prefix;
    private final Prefix to;
    private final boolean writable;
    private final StageLimits limits;
    private final List<String> notes = new ArrayList<>();

    PrefixSource(Path prefix, Path visible, boolean writable, StageLimits limits) {
        this.prefix = prefix;
        this.to = Prefix.of(visible);
        this.writable = writable;
        this.limits = limits;
    }

    @Override
    public Filled fill(Path work, Progress progress) throws StagingException {
        Space space = new Space(work, limits, progress);
        space.expect(0);
        Path real = realPrefix();
        List<Prefix> names = new ArrayList<>(List.of(Prefix.of(prefix), Prefix.of(real)));
        OriginalPrefix.ofScripts(real).filter(name -> isSameOrGone(name, real)).ifPresent(names::add);
        Shebang shebang = new Shebang(to, name -> Inside.hasProgram(real, name));
        SearchRelocation relocation = new SearchRelocation(names, to, CondaMeta.of(real), shebang, space);
        int threads = Math.max(limits.writers(), READERS);
        try (ParallelTree tree = new ParallelTree(work, writable, space, relocation, threads)) {
            PrefixWalk walk = new PrefixWalk(real, names, to, tree);
            walk.begin();
            tree.finish();
            notes.addAll(walk.notes());
            tree.seal();
            notes.addAll(TreeSource.noteOnLeft(relocation.left()));
            return new Filled(work, tree.files(), space.used(), notes);
        }
    }

    private Path realPrefix() throws BadRequest {
        try {
            return prefix.toRealPath();
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + prefix + "`", e);
        }
    }

    /** Scripts may name another environment that is still there; what they say of that one stays. */
    private static boolean isSameOrGone(Prefix name, Path real) {
        try {
            Path named = Path.of(name.toString());
            return Files.notExists(named) || Files.isSameFile(named, real);
        } catch (IOException | InvalidPathException e) {
            return false;
        }
    }
}
