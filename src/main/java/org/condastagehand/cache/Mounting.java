package org.condastagehand.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.ProcessIdentity;
import org.condastagehand.host.StagingException;
import org.condastagehand.image.Fuse;
import org.condastagehand.image.ImageFile;
import org.condastagehand.resolve.ImageLabel;
import org.condastagehand.resolve.ResolvedEnv;
import org.condastagehand.stage.Stager;

/** Entries that are images, mounted in place of being staged. */
final class Mounting {
    /** No user can change what root has copied. */
    private static final long NEVER = Long.MAX_VALUE;

    private final CacheArea area;
    private final Stager stager;
    private final Fuse fuse;

    Mounting(CacheArea area, Stager stager, Fuse fuse) {
        this.area = area;
        this.stager = stager;
        this.fuse = fuse;
    }

    /** A server that has died under jobs which see its entry gets a successor, and they see it again. One that lives stays. */
    boolean isWantedAgain(ResolvedEnv env, String key) throws IOException {
        Fuse.State state = Fuse.state(area.shown(key));
        return env.image().isPresent() && (state == Fuse.State.NOTHING || state == Fuse.State.DEAD);
    }

    /** Makes the entry. Root mounts in the site's area, and in a user's own the user. */
    Stager.Staged mount(ResolvedEnv env, ResolvedEnv.Image image) throws IOException, StagingException {
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
