package org.condastagehand.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.ProcessIdentity;
import org.condastagehand.host.StagingException;
import org.condastagehand.image.Fuse;
import org.condastagehand.image.ImageFile;
import org.condastagehand.resolve.EnvState;
import org.condastagehand.resolve.ImageLabel;
import org.condastagehand.resolve.ResolvedEnv;
import org.condastagehand.stage.Stager;

/** Gives a job an environment that lies on the node already, or stages it there for this job and the next ones. */
public final class NodeCache {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    /** No user can change what root has copied. */
    private static final long NEVER = Long.MAX_VALUE;

    private final CacheArea area;
    private final Stager stager;
    private final Eviction eviction;
    private final Fuse fuse;
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
        this.fuse = fuse;
        this.eviction = new Eviction(area, limits, clock, fuse);
        this.patience = patience;
        this.tell = tell;
    }

    /**
     * An environment in the cache.
     *
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
                if (!eviction.remove(key) && !isToMountAgain(env, key)) {
                    return Optional.empty();
                }
                eviction.makeRoom(false);
                staged = Optional.of(
                        env.image().isPresent() ? mount(env, env.image().get()) : fill(env, key));
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

    /** A server that has died under jobs which see its entry gets a successor, and they see it again. One that lives stays. */
    private boolean isToMountAgain(ResolvedEnv env, String key) throws IOException {
        Fuse.State state = Fuse.state(area.shown(key));
        return env.image().isPresent() && (state == Fuse.State.NOTHING || state == Fuse.State.DEAD);
    }

    private Stager.Staged mount(ResolvedEnv env, ResolvedEnv.Image image) throws IOException, StagingException {
        String key = image.label().key();
        area.makeLeases(key);
        if (area.isEverybodys()) {
            order(env, image);
        } else {
            fuse.unmount(area.entry(key));
            Path copy = copy(image);
            Files.createDirectories(area.entry(key));
            fuse.mount(copy, area.entry(key));
            note(env, image, copy, Census.changed(copy));
        }
        return new Stager.Staged(image.label().files(), image.label().bytes(), List.of());
    }

    /** From one end to the other, as a file system that many nodes share likes it best. */
    private Path copy(ResolvedEnv.Image image) throws IOException, StagingException {
        Path copy = area.images().resolve(image.label().key());
        Path unfinished = area.images().resolve("." + copy.getFileName() + ".new");
        stager.requireRoom(area.root(), image.size());
        try (InputStream in = Files.newInputStream(image.path())) {
            Files.copy(in, unfinished, StandardCopyOption.REPLACE_EXISTING);
            if (!ImageFile.label(unfinished).equals(image.label())) {
                throw new BadRequest("`" + image.path() + "` was replaced while it was copied");
            }
            Files.move(unfinished, copy, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        return copy;
    }

    /** Root mounts it when this program has ended. The link comes first, for as long as it is there root unmounts nothing. */
    private void order(ResolvedEnv env, ResolvedEnv.Image image) throws IOException, StagingException {
        ImageLabel label = image.label();
        stager.requireRoom(area.root(), image.size());
        link(area.entry(label.key()), label.prefix());
        note(env, image, Path.of(label.prefix() + ".sqfs"), NEVER);
        link(area.mounts().resolve(label.key()), image.path());
    }

    /** At no moment is there none. */
    private void link(Path link, Path target) throws IOException {
        Path made = area.trash().resolve(EntryKey.any());
        Files.createSymbolicLink(made, target);
        Files.move(made, link, StandardCopyOption.ATOMIC_MOVE);
    }

    private void note(ResolvedEnv env, ResolvedEnv.Image image, Path copy, long published) throws IOException {
        EntryNote note = new EntryNote(
                "",
                image.label().state().digest(),
                ProcessIdentity.currentBoot(),
                Optional.empty(),
                env.name(),
                image.path(),
                image.label().files(),
                image.size(),
                published,
                Optional.of(copy));
        note.write(area.notes().resolve(image.label().key()));
    }
}
