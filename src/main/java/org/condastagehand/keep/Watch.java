package org.condastagehand.keep;

import java.io.IOException;
import java.time.Duration;
import org.condastagehand.host.NodeFault;

/** Interrupts the thread that made it as soon as a condition does not hold any more. */
final class Watch implements AutoCloseable {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    private final Thread watched = Thread.currentThread();
    private final Thread watching;
    private final Condition condition;
    private volatile boolean ended;

    /** What has to hold; that it cannot be told counts as no. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException;
    }

    Watch(Condition condition) {
        this.condition = condition;
        watching = new Thread(this::watch, "watch");
        watching.setDaemon(true);
        watching.start();
    }

    private void watch() {
        try {
            while (!ended) {
                Thread.sleep(BETWEEN_LOOKS.toMillis());
                if (!ended && !holds()) {
                    watched.interrupt();
                    return;
                }
            }
        } catch (InterruptedException e) {
            return; // by close
        }
    }

    private boolean holds() {
        try {
            return condition.holds();
        } catch (IOException e) {
            return false;
        }
    }

    /** Throws unless it holds now. */
    void require() throws NodeFault {
        if (!holds() || Thread.currentThread().isInterrupted()) {
            throw new NodeFault("the job has ended, or there is no room for the archive any more");
        }
    }

    @Override
    public void close() {
        ended = true;
        watching.interrupt();
    }
}
