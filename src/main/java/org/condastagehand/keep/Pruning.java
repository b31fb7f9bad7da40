package org.condastagehand.keep;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.condastagehand.host.NodeFault;

/** Which archives go: those that no job can use any more, those that none did, and of the others the least recently used. */
public final class Pruning {
    private final KeepArea area;
    private final KeepLimits limits;
    private final Clock clock;

    public Pruning(KeepArea area, KeepLimits limits, Clock clock) {
        this.area = area;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Deletes what is beyond the limits, and what killed packers have left.
     *
     * @param all whether everything goes
     * @return what went
     */
    public List<KeptArchive> prune(boolean all) throws NodeFault {
        area.clear();
        return delete(0, all);
    }

    /** Before another archive is written, and again when it is known how large it is. */
    List<KeptArchive> makeRoom(long bytes) throws NodeFault {
        return delete(bytes, false);
    }

    private List<KeptArchive> delete(long wanted, boolean all) throws NodeFault {
        List<KeptArchive> gone = new ArrayList<>();
        Instant oldest = clock.instant().minus(limits.maxAge());
        long sum = wanted;
        for (KeptArchive archive : area.list()) {
            boolean goes = all || isOf(archive, oldest) || sum + archive.bytes() > limits.maxSize();
            sum += goes ? 0 : archive.bytes();
            if (goes) {
                area.delete(archive.path());
                gone.add(archive);
            }
        }
        return gone;
    }

    /** An environment that is not there may be there tomorrow, as its file system may. */
    private static boolean isOf(KeptArchive archive, Instant oldest) {
        return switch (archive.state()) {
            case STALE, BROKEN -> true;
            case FRESH, GONE -> archive.lastUse().isBefore(oldest);
        };
    }

    /** Whether as much as is to stay free still is. */
    boolean isRoom() throws IOException {
        return Files.getFileStore(area.directory()).getUsableSpace() >= limits.minFree();
    }

    long mostBytes() {
        return limits.maxSize();
    }
}
