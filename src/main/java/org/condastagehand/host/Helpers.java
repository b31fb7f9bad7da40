package org.condastagehand.host;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Threads that take work over from one that has more than it can do now, and never more of it than they are. */
final class Helpers implements AutoCloseable {
    private final int workers;
    private final Semaphore idle;
    private final ExecutorService threads;
    private final AtomicReference<@Nullable Throwable> bug = new AtomicReference<>();
    private volatile boolean exhausted;

    /** @param workers how many work at once, the caller's thread being one of them */
    Helpers(int workers) {
        this.workers = workers;
        this.idle = new Semaphore(workers - 1);
        this.threads = Executors.newFixedThreadPool(workers, work -> {
            Thread thread = new Thread(work, "helper");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** True when a helper will do it; else all are busy and the caller has to. */
    boolean take(Runnable work) {
        if (exhausted || !idle.tryAcquire()) {
            return false;
        }
        try {
            threads.execute(() -> perform(work));
            return true;
        } catch (OutOfMemoryError e) { // a limit on threads or on address space
            exhausted = true;
            idle.release();
            return false;
        }
    }

    private void perform(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            bug.compareAndSet(null, e);
        } finally {
            idle.release();
        }
    }

    /** Waits until all that was taken over is done; meanwhile one more may work in the caller's place. */
    void join() {
        idle.release();
        idle.acquireUninterruptibly(workers);
        idle.release(workers - 1);
        Throwable thrown = bug.get();
        if (thrown != null) {
            throw new IllegalStateException("a helper failed", thrown);
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
