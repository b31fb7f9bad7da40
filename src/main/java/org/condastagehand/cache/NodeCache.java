package org.condastagehand.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.ProcessIdentity;
import org.condastagehand.host.StagingException;
import org.condastagehand.image.Fuse;
import org.condastagehand.resolve.EnvState;
import org.condastagehand.resolve.ResolvedEnv;
import org.condastagehand.stage.Stager;

/** Gives a job an environment that lies on the node already, or stages it there for this job and the next ones. */
public final class NodeCache {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final CacheArea area;
    private final Stager stager;
    private final Eviction eviction;
    private final Mounting mounting;
    private final Duration patience;
    private final Consumer<String> tell;

    /**
     * @param patience how long a job waits for another one that stages what it wants
     * @param tell gets a line when it begins to wait
     */
    public NodeCache(
            CacheArea area,
            Stager stager,
            CacheLimits limits,
            Clock clock,
            Fuse fuse,
            Duration patience,
            Consumer<String> tell) {
        this.area = area;
        this.stager = stager;
        this.mounting = new Mounting(area, stager, fuse);
        this.eviction = new Eviction(area, limits, clock, fuse);
        this.patience = patience;
        this.tell = tell;
    }

    /**
     * What a job gets.
     *
     * @param entry where it is led to
     * @param staged present where it was not there before
     */
    public record Kept(Path entry, Optional<Stager.Staged> staged) {}

    /**
     * Makes {@code link}, {@code conda-stage/envs/NAME} in a job's directory, lead to the environment.
     *
     * @param job the job's directory
     * @return empty when another job sees an entry that somebody has changed: then this one needs its own copy
     */
    public Optional<Kept> lease(ResolvedEnv env, Path job, Path link) throws StagingException {
        return keep(env, entry -> {
            Lease.write(area, EntryKey.of(env), job);
            Files.createSymbolicLink(link, entry);
        });
    }

    /** The same for an environment that other users' jobs will lease. */
    public Optional<Kept> keep(ResolvedEnv env) throws StagingException {
        return keep(env, entry -> {});
    }

    @FunctionalInterface
    private interface Use {
        void begin(Path entry) throws IOException, StagingException;
    }

    private Optional<Kept> keep(ResolvedEnv env, Use use) throws StagingException {
        String key = EntryKey.of(env);
        area.make();
        try (EntryLock lock = await(key, env)) {
            Optional<Stager.Staged> staged = Optional.empty();
            if (!area.has(key)) {
                if (!eviction.remove(key) && !mounting.isWantedAgain(env, key)) {
                    return Optional.empty();
                }
                eviction.makeRoom(false);
                staged = Optional.of(
                        env.image().isPresent()
                                ? mounting.mount(env, env.image().get())
                                : fill(env, key));
            }
            Path shown = area.shown(key);
            use.begin(shown);
            return Optional.of(new Kept(shown, staged));
        } catch (IOException e) {
            throw new NodeFault("cannot keep `" + area.entry(key) + "`", e);
        }
    }

    /** Whether an environment is there in the state that a job would get. */
    public boolean has(ResolvedEnv env) throws StagingException {
        try {
            if (!area.exists()) {
                return false;
            }
            area.requireOwn();
            return area.has(EntryKey.of(env));
        } catch (IOException e) {
            throw new NodeFault("cannot look at `" + area.root() + "`", e);
        }
    }

    private EntryLock await(String key, ResolvedEnv env) throws IOException, NodeFault {
        long end = System.nanoTime() + patience.toNanos();
        boolean told = false;
        while (true) {
            Optional<EntryLock> lock = EntryLock.tryTake(area, key);
            if (lock.isPresent()) {
                return lock.get();
            }
            if (!told) {
                tell.accept("waits for another job of this user's, which stages `" + env.name() + "` on this node");
                told = true;
            }
            if (System.nanoTime() - end > 0) {
                throw new NodeFault("another job of this user's stages `" + env.name() + "` on this node for more than "
                        + patience.toSeconds() + " s");
            }
            try {
                Thread.sleep(BETWEEN_LOOKS.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new NodeFault("interrupted while waiting for `" + env.name() + "`");
            }
        }
    }

    private Stager.Staged fill(ResolvedEnv env, String key) throws IOException, StagingException {
        Path entry = area.entry(key);
        Stager.Staged staged = stager.stage(env, new Stager.Target(area.work(key), entry, false));
        area.open(entry);
        area.makeLeases(key);
        EntryNote note = new EntryNote(
                FileTree.identity(entry),
                EnvState.ofPrefix(entry).digest(),
                ProcessIdentity.currentBoot(),
                Optional.empty(),
                env.name(),
                env.source().path(),
                staged.files(),
                staged.bytes(),
                Census.changed(entry),
                Optional.empty());
        note.write(area.notes().resolve(key));
        return staged;
    }
}
