package org.condastagehand.stage;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.condastagehand.host.StagingException;
import org.jspecify.annotations.Nullable;

/** A few threads that write files while the next ones are read; the first failure stops them all. */
final class Writers implements AutoCloseable {
    /** One file's way to disk. */
    @FunctionalInterface
    interface Job {
        void run() throws IOException, StagingException;
    }

    private final ExecutorService threads;
    private final Phaser pending = new Phaser(1);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Writers(int count) {
        threads = Executors.newFixedThreadPool(count, work -> {
            Thread thread = new Thread(work, "writer");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Hands a job over. Its {@code always} runs whatever becomes of it, also when an earlier failure forbids it. */
    void submit(Job job, Runnable always) {
        pending.register();
        threads.execute(() -> {
            try {
                if (failure.get() == null) {
                    job.run();
                }
            } catch (IOException | StagingException | RuntimeException | OutOfMemoryError e) {
                failure.compareAndSet(null, e);
            } finally {
                always.run();
                pending.arriveAndDeregister();
            }
        });
    }

    /** Throws what a writer failed with. */
    void check() throws IOException, StagingException {
        Throwable first = failure.get();
        if (first instanceof IOException e) {
            throw e;
        }
        if (first instanceof StagingException e) {
            throw e;
        }
        if (first != null) {
            throw new IllegalStateException("a writer failed", first);
        }
    }

    /** Waits until all that was submitted is on disk. */
    void drain() throws IOException, StagingException {
        pending.awaitAdvance(pending.arrive());
        check();
    }

    @Override
    public void close() {
        threads.shutdown();
        failure.compareAndSet(null, new IOException("given up"));
        // who is interrupted waits too: the tree is about to be deleted, and nothing may be written into it then
        boolean interrupted = Thread.interrupted();
        try {
            // a writer that hangs in the kernel is a daemon: it does not keep the program
            threads.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
