package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Sizes;
import org.condastagehand.host.StagingException;

/** Room on the local disk: looked at before the first byte, and again after each 64 MiB. */
final class Space {
    private static final long BETWEEN_LOOKS = 64 << 20;

    private final Path where;
    private final FileStore disk;
    private final StageLimits limits;
    private final AtomicLong used = new AtomicLong();

    Space(Path where, StageLimits limits) throws NodeFault {
        this.where = where;
        this.limits = limits;
        try {
            this.disk = Files.getFileStore(where);
        } catch (IOException e) {
            throw new NodeFault("cannot look at the disk of `" + where + "`", e);
        }
    }

    /**
     * Refuses an environment that certainly does not fit.
     *
     * @param atLeast bytes that it will take, or fewer
     */
    void expect(long atLeast) throws StagingException {
        refuseTooLarge(atLeast);
        long free = free();
        if (free < atLeast + limits.minFree()) {
            throw new NodeFault("not enough space in `" + where + "`: " + Sizes.text(atLeast) + " needed and "
                    + Sizes.text(limits.minFree()) + " to stay free, but only " + Sizes.text(free) + " are");
        }
    }

    /** Counts what is about to be written. */
    void use(long bytes) throws StagingException {
        long before = used.getAndAdd(bytes);
        refuseTooLarge(before + bytes);
        if (before / BETWEEN_LOOKS != (before + bytes) / BETWEEN_LOOKS) {
            expectMore(bytes);
        }
    }

    long used() {
        return used.get();
    }

    private void expectMore(long bytes) throws NodeFault {
        long free = free();
        if (free < bytes + limits.minFree()) {
            throw new NodeFault("no space left in `" + where + "` after " + Sizes.text(used.get()) + ": only "
                    + Sizes.text(free) + " are free and " + Sizes.text(limits.minFree()) + " have to stay so");
        }
    }

    private void refuseTooLarge(long bytes) throws BadRequest {
        if (limits.maxEnvSize() > 0 && bytes > limits.maxEnvSize()) {
            throw new BadRequest("the environment is larger than the " + Sizes.text(limits.maxEnvSize())
                    + " that this site stages (`max_env_size`)");
        }
    }

    private long free() throws NodeFault {
        try {
            return disk.getUsableSpace();
        } catch (IOException e) {
            throw new NodeFault("cannot look at the disk of `" + where + "`", e);
        }
    }
}
