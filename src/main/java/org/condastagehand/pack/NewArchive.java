package org.condastagehand.pack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;
import org.jspecify.annotations.Nullable;

/**
 * An archive that is being written: under another name beside its own until it is whole and on disk, then renamed. Nobody
 * sees half of it, and one that was there before stays until then.
 */
public final class NewArchive {
    private final Path file;
    private final Path temporary;
    private final boolean force;
    private @Nullable FileChannel channel;
    private boolean published;

    /**
     * Plans an archive.
     *
     * @param file where it will be
     * @param prefix what will be in it, which must not be where it lies
     * @param force whether it may replace one
     */
    public NewArchive(Path file, Path prefix, boolean force) throws BadRequest {
        this.file = file;
        this.temporary = directory(file).resolve("." + file.getFileName() + "." + UUID.randomUUID());
        this.force = force;
        Path directory = directory(file);
        if (!Files.isDirectory(directory)) {
            throw new BadRequest("there is no directory `" + directory + "` to write to", "mkdir -p " + directory);
        }
        refuseExisting();
        try {
            if (directory.toRealPath().startsWith(prefix.toRealPath())) {
                throw new BadRequest(
                        "`" + file + "` lies in the environment that it is to hold", "choose another place with -o");
            }
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + prefix + "`", e);
        }
    }

    private static Path directory(Path file) {
        return Optional.ofNullable(file.getParent()).orElse(Path.of("/"));
    }

    public Path file() {
        return file;
    }

    /** What it is called until then. */
    public Path unpublished() {
        return temporary;
    }

    /** Where it lies. */
    public Path directory() {
        return directory(file);
    }

    private void refuseExisting() throws BadRequest {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new BadRequest("`" + file + "` is a directory", "choose another name with -o");
        }
        if (!force && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new BadRequest("`" + file + "` is there already", "to replace it: --force");
        }
    }

    /** Makes the file under its other name; its mode is what the umask leaves of 0666. */
    public void create() throws NodeFault {
        try {
            channel = FileChannel.open(
                    temporary,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw new NodeFault("cannot write into `" + directory() + "`", e);
        }
    }

    /** The open file. */
    public FileChannel channel() {
        if (channel == null) {
            throw new IllegalStateException("not made yet");
        }
        return channel;
    }

    /** Waits until all that was written is on disk. */
    public void flush() throws NodeFault {
        try {
            channel().force(true);
        } catch (IOException e) {
            throw new NodeFault("cannot write `" + file + "`", e);
        }
    }

    /** Gives it its name. */
    public void publish() throws StagingException {
        refuseExisting(); // somebody may have made it meanwhile
        try {
            channel().close();
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            published = true;
        } catch (IOException e) {
            throw new NodeFault("cannot write `" + file + "`", e);
        }
        try (FileChannel directory = FileChannel.open(directory())) {
            directory.force(true);
        } catch (IOException e) {
            return; // some file systems cannot do that, and the archive is there
        }
    }

    /** Deletes what was not published. */
    public void discard() throws NodeFault {
        if (published) {
            return;
        }
        try {
            Files.deleteIfExists(temporary);
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new NodeFault("cannot remove `" + temporary + "`", e);
        }
    }
}
