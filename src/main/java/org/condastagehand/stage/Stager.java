package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.condastagehand.archive.ArchiveFile;
import org.condastagehand.archive.IndexedArchive;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Progress;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;
import org.condastagehand.resolve.ResolvedEnv;

/**
 * Puts an environment on the local disk. It is filled in a private work directory beside its final path, relocated for
 * that path, and renamed there when it is whole: under its own name it is never seen half-made.
 */
public final class Stager {
    private static final int PRIVATE = 0700;
    private static final int PRIVATE_READ_ONLY = 0500;

    private final StageLimits limits;
    private final Progress progress;

    public Stager(StageLimits limits) {
        this(limits, Progress.NONE);
    }

    /** The same for somebody who looks on. */
    public Stager(StageLimits limits, Progress progress) {
        this.limits = limits;
        this.progress = progress;
    }

    /**
     * Where an environment goes.
     *
     * @param work a directory that does not exist yet, beside {@code visible}; gone again afterwards
     * @param visible the final path; nothing is there, or an empty directory
     */
    public record Target(Path work, Path visible, boolean writable) {}

    /** What was staged: regular files, the bytes in them, and lines that the user should see. */
    public record Staged(long files, long bytes, List<String> notes) {
        public Staged {
            notes = List.copyOf(notes);
        }
    }

    /** Gives a whole tree its name; what goes around that is the caller's. */
    @FunctionalInterface
    public interface Publication {
        void publish(Path tree, Step rename) throws StagingException;

        /** The rename itself. */
        @FunctionalInterface
        interface Step {
            void run() throws StagingException;
        }
    }

    /** Stages or throws; when it throws, neither the work directory nor anything at the final path is left. */
    public Staged stage(ResolvedEnv env, Target target) throws StagingException {
        return stage(env, target, (tree, rename) -> rename.run());
    }

    /** The same, with something to be done together with the publication. */
    public Staged stage(ResolvedEnv env, Target target, Publication publication) throws StagingException {
        refuseOccupied(target.visible());
        makeWork(target.work());
        try {
            Mounts.requireExec(target.work());
        } catch (NodeFault e) {
            delete(target.work());
            throw e;
        }
        return filled(env, target, (tree, staged) -> publication.publish(tree, () -> publish(tree, target)));
    }

    /** What is done with a whole tree. */
    @FunctionalInterface
    public interface Use {
        void take(Path tree, Staged staged) throws StagingException;
    }

    /** Makes the tree that would be published, and hands it over instead; afterwards it is gone. */
    public Staged fill(ResolvedEnv env, Target target, Use use) throws StagingException {
        makeWork(target.work());
        return filled(env, target, use);
    }

    private Staged filled(ResolvedEnv env, Target target, Use use) throws StagingException {
        try {
            TreeSource.Filled filled = source(env, target).fill(target.work(), progress);
            Staged staged = new Staged(filled.files(), filled.bytes(), filled.notes());
            use.take(filled.root(), staged);
            return staged;
        } catch (BadRequest e) {
            throw Thread.currentThread().isInterrupted() ? interrupted(env, e) : ofEnv(env, e);
        } catch (NodeFault e) {
            throw Thread.currentThread().isInterrupted() ? interrupted(env, e) : e;
        } finally {
            delete(target.work());
        }
    }

    /** Throws where a file of this size would not fit, or is larger than what the site stages. */
    public void requireRoom(Path where, long bytes) throws StagingException {
        new Space(where, limits, Progress.NONE).expect(bytes);
    }

    private TreeSource source(ResolvedEnv env, Target target) throws BadRequest {
        Path path = env.source().path();
        env.withoutImage("here it would have to be unpacked");
        if (env.source() instanceof ResolvedEnv.Archive) {
            return archive(ArchiveFile.open(path), env, target);
        }
        return new PrefixSource(path, target.visible(), target.writable(), limits);
    }

    /** Either closes the file when it has filled its tree. */
    private TreeSource archive(ArchiveFile file, ResolvedEnv env, Target target) throws BadRequest {
        try {
            Optional<IndexedArchive> ours = IndexedArchive.of(file);
            return ours.isPresent()
                    ? new IndexedSource(ours.get(), env.original(), target.visible(), target.writable(), limits)
                    : new ArchiveSource(file, env.original(), target.visible(), target.writable(), limits);
        } catch (BadRequest e) {
            file.close();
            throw e;
        }
    }

    private static void makeWork(Path work) throws NodeFault {
        try {
            Files.createDirectory(
                    work, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new NodeFault("cannot make the directory `" + work + "`", e);
        }
    }

    /** Known before the first byte is read; it is asked again when the tree is published. */
    private static void refuseOccupied(Path visible) throws BadRequest {
        if (Files.exists(visible, LinkOption.NOFOLLOW_LINKS) && !isEmptyDirectory(visible)) {
            throw new BadRequest("`" + visible + "` is there already and is no empty directory");
        }
    }

    private static boolean isEmptyDirectory(Path path) {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            return !entries.iterator().hasNext();
        } catch (IOException | DirectoryIteratorException e) {
            return false;
        }
    }

    private static void publish(Path root, Target target) throws StagingException {
        try {
            Path path = target.work();
            for (Path part : target.work().relativize(root)) {
                path = path.resolve(part);
                Files.setAttribute(path, "unix:mode", PRIVATE); // its owner, too, moves nothing out of it without `w`
            }
            Files.move(root, target.visible(), StandardCopyOption.ATOMIC_MOVE);
            Files.setAttribute(target.visible(), "unix:mode", target.writable() ? PRIVATE : PRIVATE_READ_ONLY);
        } catch (IOException e) {
            refuseOccupied(target.visible());
            throw new NodeFault("cannot publish `" + target.visible() + "`", e);
        }
    }

    /** Says of which environment it is, where the message itself speaks of a part of it. */
    private static BadRequest ofEnv(ResolvedEnv env, BadRequest cause) {
        String message = String.valueOf(cause.getMessage());
        String path = env.source().path().toString();
        String whole = message.contains(path) ? message : "`" + path + "` cannot be staged: " + message;
        BadRequest told = new BadRequest(Report.printable(whole), cause.hint().orElse(""));
        told.addSuppressed(cause);
        return told;
    }

    /** What was being read or written at that moment is not to blame. */
    private static NodeFault interrupted(ResolvedEnv env, StagingException cause) {
        NodeFault told =
                new NodeFault("interrupted while staging `" + env.source().path() + "`");
        told.addSuppressed(cause);
        return told;
    }

    private static void delete(Path work) {
        try {
            FileTree.delete(work);
        } catch (IOException e) {
            // the job's strike, or the sweep, takes what is left; the failure that led here is the one to tell
        }
    }
}
