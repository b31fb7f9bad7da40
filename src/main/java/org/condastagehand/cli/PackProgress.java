package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.condastagehand.host.Host;
import org.condastagehand.host.Sizes;
import org.condastagehand.pack.Progress;

/** Shows how far a packing is: on a terminal in one line that is written over, elsewhere in a line every few seconds. */
final class PackProgress implements Progress, AutoCloseable {
    private static final Path STDERR = Path.of("/proc/self/fd/2");
    private static final int BAR = 24;
    private static final long BETWEEN_LINES = TimeUnit.SECONDS.toNanos(5);
    private static final long BETWEEN_BARS = TimeUnit.MILLISECONDS.toNanos(150);

    private final Host host;
    private final boolean quiet;
    private final boolean terminal;
    private final long between;
    private long total;
    private long done;
    private long begun;
    private long shown;
    private boolean drawn;

    PackProgress(Host host, boolean quiet) {
        this.host = host;
        this.quiet = quiet;
        this.terminal = isTerminal();
        this.between = terminal ? BETWEEN_BARS : BETWEEN_LINES;
    }

    private static boolean isTerminal() {
        try {
            String device = Files.readSymbolicLink(STDERR).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    @Override
    public void begins(long tarBytes, long files) {
        total = Math.max(1, tarBytes);
        begun = System.nanoTime();
        shown = begun;
    }

    @Override
    public void packed(long tarBytes, long archiveBytes) {
        done += tarBytes;
        long now = System.nanoTime();
        if (!quiet && now - shown >= between && done < total) {
            shown = now;
            show((now - begun) / 1e9, archiveBytes);
        }
    }

    private void show(double seconds, long archiveBytes) {
        double rate = done / seconds;
        String text = String.format(
                Locale.ROOT,
                "%3d %% of %s, %s/s, %.0f s left, %s written",
                done * 100 / total,
                Sizes.text(total),
                Sizes.text((long) rate),
                Math.ceil((total - done) / rate),
                Sizes.text(archiveBytes));
        if (terminal) {
            int filled = (int) (done * BAR / total);
            host.err().print("\r[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] " + text + "\033[K");
            drawn = true;
        } else {
            host.err().println("conda-stagehand: " + text.strip());
        }
        host.err().flush();
    }

    /** Takes the bar away, so that what comes next begins a line. */
    @Override
    public void close() {
        if (drawn) {
            host.err().print("\r\033[K");
            host.err().flush();
        }
    }
}
