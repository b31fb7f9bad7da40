package org.condastagehand.metrics;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;

/** The metrics of one node: adds up what hooks have counted, and writes all for node_exporter. Root's alone. */
public final class NodeMetrics {
    private static final Path MEMORY = Path.of("/run/conda-stagehand-counts");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final Path memory;
    private final Path totals;
    private final Textfile textfile;
    private final Clock clock;

    /**
     * @param records a directory of root's alone, where the totals outlive a boot
     * @param minUid the lowest uid of a user who has jobs
     */
    public NodeMetrics(Path records, Path textfile, int minUid, Clock clock) {
        this(MEMORY, records, textfile, minUid, clock);
    }

    NodeMetrics(Path memory, Path records, Path textfile, int minUid, Clock clock) {
        this.memory = memory;
        this.totals = records.resolve("metrics");
        this.textfile = new Textfile(textfile, minUid);
        this.clock = clock;
    }

    /**
     * Writes them at the end of a sweep.
     *
     * @param leftovers what this sweep has struck that no epilog had
     */
    public void write(Gauges gauges, long leftovers) throws StagingException {
        try {
            if (!Files.isDirectory(memory)) {
                Files.createDirectory(
                        memory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            try (FileChannel channel = FileChannel.open(
                            memory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = lock(channel)) {
                Totals counted = Totals.read(totals);
                counted.add(Totals.LEFTOVERS, leftovers);
                new Journal(memory.resolve("journal")).addTo(counted, totals);
                textfile.write(Exposition.of(counted, gauges, clock.instant()));
            }
        } catch (IOException e) {
            throw new NodeFault("cannot write the metrics `" + textfile + "`", e);
        }
    }

    private FileLock lock(FileChannel channel) throws IOException, NodeFault {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() - end > 0) {
                throw new NodeFault(
                        "another sweep writes `" + textfile + "` for more than " + PATIENCE.toSeconds() + " s");
            }
            pause();
        }
    }

    private static void pause() throws NodeFault {
        try {
            Thread.sleep(BETWEEN_LOOKS.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeFault("interrupted", e);
        }
    }
}
