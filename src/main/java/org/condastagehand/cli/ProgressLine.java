package org.condastagehand.cli;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.condastagehand.host.Host;
import org.condastagehand.host.Progress;
import org.condastagehand.host.Sizes;
import org.condastagehand.host.Terminal;
import org.condastagehand.resolve.PrefixSize;
import org.condastagehand.resolve.ResolvedEnv;

/** Shows how far a work is: on a terminal in one line that is written over, elsewhere in a line every few seconds. */
final class ProgressLine implements Progress, AutoCloseable {
    private static final int BAR = 24;
    private static final long BETWEEN_LINES = TimeUnit.SECONDS.toMillis(5);
    private static final long BETWEEN_BARS = 150;

    private final Host host;
    private final boolean terminal;
    private final long between;
    private boolean silent;
    private long total;
    private long done;
    private long begun;
    private long shown;
    private boolean drawn;

    /** What {@link #begins} tells may be less than this. */
    ProgressLine(Host host, boolean quiet, long expected) {
        this.host = host;
        this.silent = quiet;
        this.total = expected;
        this.terminal = Terminal.canOverwrite(host);
        this.between = terminal ? BETWEEN_BARS : BETWEEN_LINES;
    }

    /** Of an environment that is to be staged: of one that is no archive conda's records say how large it is at least. */
    static ProgressLine of(ResolvedEnv env, Host host, boolean quiet) {
        boolean live = env.source() instanceof ResolvedEnv.LivePrefix;
        return new ProgressLine(
                host, quiet, live ? PrefixSize.of(env.source().path()).bytes().orElse(0) : 0);
    }

    @Override
    public synchronized void begins(long atLeast) {
        total = Math.max(total, atLeast);
        begun = host.clock().millis();
        shown = begun;
    }

    @Override
    public synchronized void advances(long bytes) {
        done += bytes;
        long now = host.clock().millis();
        if (!silent && now - shown >= between) {
            shown = now;
            show(text(Math.max(1, now - begun) / 1e3));
        }
    }

    /** Of what is larger than it was said to be nobody knows how large it is. */
    private String text(double seconds) {
        double rate = done / seconds;
        String speed = Sizes.text((long) rate) + "/s";
        if (done >= total) {
            return Sizes.text(done) + ", " + speed;
        }
        return String.format(
                Locale.ROOT,
                "%3d %% of %s, %s, %.0f s left",
                done * 100 / total,
                Sizes.text(total),
                speed,
                Math.ceil((total - done) / rate));
    }

    private void show(String text) {
        if (terminal) {
            host.err().print("\r" + bar() + text + "\033[K");
            drawn = true;
        } else {
            host.err().println("conda-stagehand: " + text.strip());
        }
        host.err().flush();
    }

    private String bar() {
        if (done >= total) {
            return "";
        }
        int filled = (int) (done * BAR / total);
        return "[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] ";
    }

    /** Takes the bar away, so that what comes next begins a line. */
    @Override
    public synchronized void close() {
        silent = true;
        if (drawn) {
            drawn = false;
            host.err().print("\r\033[K");
            host.err().flush();
        }
    }
}
