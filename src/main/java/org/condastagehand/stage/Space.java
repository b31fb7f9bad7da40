package org.condastagehand.stage;

import java.nio.file.Path;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Progress;
import org.condastagehand.host.Sizes;
import org.condastagehand.host.StagingException;

/**
 * Room on the local disk: looked at before the first byte, and again after each 64 MiB, since others write there too. What
 * this environment takes of it is counted, for writers put on disk later what is counted now.
 */
final class Space {
    private static final long BETWEEN_LOOKS = 64 << 20;
    private static final long BLOCK = 1 << 12;

    /** Thirty times as many as the largest environment that this was measured with. */
    private static final int MOST_NAMES = 1 << 20;

    /** What a text may grow by however short it is; a longer one may double. */
    private static final long USUAL_GROWTH = Buffers.LARGEST;

    private final Path where;
    private final StageLimits limits;
    private final Progress progress;
    private long used;
    private long room = Long.MAX_VALUE;
    private long taken;
    private long grown;
    private int names;

    Space(Path where, StageLimits limits, Progress progress) {
        this.where = where;
        this.limits = limits;
        this.progress = progress;
    }

    /**
     * Refuses an environment that certainly does not fit.
     *
     * @param atLeast bytes that it will take, or fewer
     */
    void expect(long atLeast) throws StagingException {
        refuseTooLarge(atLeast);
        long free = free();
        room = free - limits.minFree();
        if (free < sum(atLeast, limits.minFree())) {
            throw new NodeFault("not enough space in `" + where + "`: " + Sizes.text(atLeast) + " needed and "
                    + Sizes.text(limits.minFree()) + " to stay free, but only " + Sizes.text(free) + " are");
        }
        progress.begins(atLeast);
    }

    /** Counts a file that is about to be written. */
    synchronized void use(long bytes) throws StagingException {
        used = sum(used, bytes);
        take(bytes);
        progress.advances(bytes);
    }

    /**
     * Counts what a text is about to become longer by, since a longer prefix takes a shorter one's place. Who made the
     * archive chooses both the text and the prefix: a file of nothing but slashes would become a hundred times as long.
     *
     * @param what the file
     * @param size bytes that it has now
     */
    synchronized void grow(Object what, long size, long bytes) throws StagingException {
        if (bytes > Math.max(USUAL_GROWTH, size)) {
            throw new BadRequest("`" + what + "` would grow from " + Sizes.text(size) + " by " + Sizes.text(bytes)
                    + " when its prefix is replaced, as no text of an environment does");
        }
        if (bytes > 0) {
            grown = sum(grown, bytes);
            take(bytes);
        }
    }

    /** Counts a file, a directory or a link: empty ones take no bytes, and yet a disk has room for so many only. */
    synchronized void name() throws BadRequest {
        if (++names > MOST_NAMES) {
            throw new BadRequest("it has more than " + MOST_NAMES + " files, directories and links");
        }
    }

    private void take(long bytes) throws StagingException {
        long after = sum(used, grown);
        refuseTooLarge(after);
        taken = sum(taken, bytes > Long.MAX_VALUE - BLOCK ? bytes : (bytes + BLOCK - 1) / BLOCK * BLOCK);
        boolean look = bytes >= BETWEEN_LOOKS || (after - bytes) / BETWEEN_LOOKS != after / BETWEEN_LOOKS;
        if (taken > room) {
            throw new NodeFault("not enough space in `" + where + "`: the environment takes more than the "
                    + Sizes.text(room) + " that it may, " + Sizes.text(limits.minFree()) + " having to stay free");
        }
        if (look && free() < sum(bytes, limits.minFree())) {
            throw new NodeFault("no space left in `" + where + "` after " + Sizes.text(after) + ": only "
                    + Sizes.text(free()) + " are free and " + Sizes.text(limits.minFree()) + " have to stay so");
        }
    }

    /** An archive may claim any size, so a sum that is too large for the type has to stay large. */
    private static long sum(long one, long other) {
        return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }

    synchronized long used() {
        return used;
    }

    private void refuseTooLarge(long bytes) throws BadRequest {
        if (limits.maxEnvSize() > 0 && bytes > limits.maxEnvSize()) {
            throw new BadRequest("the environment is larger than the " + Sizes.text(limits.maxEnvSize())
                    + " that this site stages (`max_env_size`)");
        }
    }

    /** By statvfs(3) alone: a {@link java.nio.file.FileStore} wants a mount point too, which a chroot has none of. */
    private long free() {
        return where.toFile().getUsableSpace();
    }
}
