package org.condastagehand.keep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.stream.Stream;
import org.condastagehand.archive.FrameCodec;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Progress;
import org.condastagehand.host.StagingException;
import org.condastagehand.pack.Globs;
import org.condastagehand.pack.NewArchive;
import org.condastagehand.pack.Packer;
import org.condastagehand.relocate.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * One archive out of a job's staged copy. It lasts no longer than the job: when the job's directory is no more what it was, it is
 * given up, and nothing of it stays.
 */
public final class CopyPacking {
    private static final int ZSTD_LEVEL = 3;

    private final KeepArea area;
    private final Pruning pruning;
    private final String packedBy;
    private @Nullable Claim claim;
    private @Nullable NewArchive archive;

    public CopyPacking(KeepArea area, Pruning pruning, String packedBy) {
        this.area = area;
        this.pruning = pruning;
        this.packedBy = packedBy;
    }

    /** A step that makes something, which a signal does not cut in two. */
    @FunctionalInterface
    public interface Making {
        void make(Step step) throws StagingException;

        /** The step itself. */
        @FunctionalInterface
        interface Step {
            void run() throws StagingException;
        }
    }

    /**
     * Packs what a job's order says, unless that is done, or another process does it.
     *
     * @param stage the job's {@code conda-stage} directory
     * @return the archive, where this has written it
     */
    public Optional<Path> pack(Path stage, Making making) throws StagingException {
        Optional<PackOrder> found = PackOrder.read(stage);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        PackOrder order = found.get();
        Path file = order.archive();
        if (!area.directory().equals(file.getParent())) {
            throw new BadRequest("`" + file + "` is not in `" + area.directory() + "`");
        }
        area.make();
        try {
            Job job = Job.of(stage);
            making.make(() -> claim(file));
            if (claim == null || Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            area.clear();
            area.clearHalf(file);
            pruning.makeRoom(0);
            writeOrRefuse(order, job, making);
            return Optional.of(file);
        } catch (IOException e) {
            throw new NodeFault("cannot keep `" + file + "`", e);
        }
    }

    private void claim(Path file) throws NodeFault {
        try {
            claim = Claim.take(KeepArea.lockOf(file)).orElse(null);
        } catch (IOException e) {
            throw new NodeFault("cannot claim `" + file + "`", e);
        }
    }

    /** What is wrong with the environment is so for the next job, too; after a job's end all seems wrong with it. */
    private void writeOrRefuse(PackOrder order, Job job, Making making) throws IOException, StagingException {
        try {
            write(order, job, making);
        } catch (BadRequest e) {
            if (job.lasts()) {
                area.refuse(order.archive(), String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private void write(PackOrder order, Job job, Making making) throws IOException, StagingException {
        NewArchive written = new NewArchive(order.archive(), order.copy(), true);
        archive = written;
        making.make(written::create);
        FileChannel channel = written.channel();
        try (Watch watch = new Watch(() -> isToGoOn(job, channel))) {
            try {
                packer(order).pack(channel, Progress.NONE);
            } catch (StagingException e) {
                watch.require(); // it may have ended the packing, and be the better reason
                throw e;
            }
            written.flush();
            pruning.makeRoom(channel.size());
            requireUnchanged(order, job);
            watch.require();
        }
        making.make(written::publish);
    }

    private Packer packer(PackOrder order) {
        return new Packer(new Packer.Order(
                order.copy(),
                new Globs(),
                new FrameCodec(FrameCodec.Format.TAR_ZST, ZSTD_LEVEL),
                1, // the job has the cores
                packedBy,
                area.directory(),
                true,
                true,
                Optional.of(order.state()),
                order.originals().stream().map(Prefix::of).toList()));
    }

    /** Asked now and then by another thread. */
    private boolean isToGoOn(Job job, FileChannel channel) throws IOException {
        Claim ours = claim;
        return job.lasts() && ours != null && ours.renew() && pruning.isRoom() && channel.size() <= pruning.mostBytes();
    }

    /** The copy is read-only, but it is the job's, which may have changed that. A change's time nobody can set. */
    private static void requireUnchanged(PackOrder order, Job job) throws IOException, NodeFault {
        try (Stream<Path> all = Files.walk(order.copy())) {
            Optional<Path> changed =
                    all.filter(path -> isChangedSince(path, job.staged())).findFirst();
            if (changed.isPresent()) {
                throw new NodeFault("`" + changed.get() + "` was changed since it was staged");
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean isChangedSince(Path path, FileTime staged) {
        try {
            FileTime changed = (FileTime) Files.getAttribute(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
            return changed.compareTo(staged) > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves nothing but an archive that was published. */
    public void end() throws StagingException {
        NewArchive begun = archive;
        Claim taken = claim;
        try {
            if (begun != null) {
                begun.discard();
            }
        } finally {
            claim = null;
            release(taken);
        }
    }

    private static void release(@Nullable Claim taken) throws NodeFault {
        if (taken != null) {
            try {
                taken.release();
            } catch (IOException e) {
                throw new NodeFault("cannot give up a claim", e);
            }
        }
    }

    /** The job's directory, whose strike begins with a rename. */
    private record Job(Path stage, String identity, FileTime staged) {
        static Job of(Path stage) throws IOException {
            return new Job(stage, FileTree.identity(stage), PackOrder.time(stage));
        }

        boolean lasts() {
            try {
                return identity.equals(FileTree.identity(stage)) && staged.equals(PackOrder.time(stage));
            } catch (IOException e) {
                return false;
            }
        }
    }
}
