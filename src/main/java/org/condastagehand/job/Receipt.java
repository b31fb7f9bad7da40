package org.condastagehand.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;

/**
 * Says beside a directory that {@code stage} put it there: {@code .NAME.conda-stagehand} with its inode's number, which
 * neither a rename nor a mount at another time changes. Inside, it would be one file more than the environment has.
 */
public final class Receipt {
    private static final String FORMAT = "conda-stagehand stage 1\ninode=";

    private final Path directory;
    private final Path file;

    private Receipt(Path directory, Path file) {
        this.directory = directory;
        this.file = file;
    }

    /** Of a directory that may or may not be there. */
    public static Receipt of(Path directory) {
        return new Receipt(directory, directory.resolveSibling("." + directory.getFileName() + ".conda-stagehand"));
    }

    /** Writes it for a tree that is about to be renamed to the directory: cut off by a kill, it is a stale one. */
    public void write(Path tree) throws NodeFault {
        try {
            Files.deleteIfExists(file);
            Files.writeString(file, FORMAT + inode(tree) + "\n", StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw new NodeFault("cannot write `" + file + "`", e);
        }
    }

    /** Throws unless the directory is the one that was staged. */
    public void requireStaged() throws StagingException {
        try {
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw new BadRequest("`" + directory + "` is no directory");
            }
            if (!isCurrent()) {
                throw new BadRequest(
                        "`" + directory + "` was not put there by `conda-stagehand stage`, so it is left alone");
            }
        } catch (IOException e) {
            throw new NodeFault("cannot look at `" + directory + "`", e);
        }
    }

    /** Deletes it unless the directory that it speaks of is there. */
    public void deleteIfStale() throws IOException {
        if (read().isPresent() && !isCurrent()) {
            Files.deleteIfExists(file);
        }
    }

    private boolean isCurrent() throws IOException {
        try {
            return Optional.of(FORMAT + inode(directory) + "\n").equals(read());
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private Optional<String> read() throws IOException {
        try {
            boolean ours = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) < 200;
            return ours ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static String inode(Path tree) throws IOException {
        return Files.getAttribute(tree, "unix:ino", LinkOption.NOFOLLOW_LINKS).toString();
    }
}
