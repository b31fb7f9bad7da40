package org.condastagehand.stage;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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

    private static final int TOGETHER = 16;

    private final ExecutorService threads;
    private final Object done = new Object();
    private long pending;
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
        synchronized (done) {
            pending++;
        }
        threads.execute(() -> {
            try {
                if (failure.get() == null) {
                    job.run();
                }
            } catch (IOException | StagingException | RuntimeException | OutOfMemoryError e) {
                failure.compareAndSet(null, e);
            } finally {
                always.run();
                synchronized (done) {
                    pending--;
                    done.notifyAll();
                }
            }
        });
    }

    /** Work on one of many things. */
    @FunctionalInterface
    interface Work<T> {
        void on(T item) throws IOException, StagingException;
    }

    /** Does the same to many things, several at a time, and waits until it is done to all. */
    <T> void each(List<T> items, Work<T> work) throws IOException, StagingException {
        for (int from = 0; from < items.size(); from += TOGETHER) {
            List<T> some = items.subList(from, Math.min(items.size(), from + TOGETHER));
            submit(
                    () -> {
                        for (T item : some) {
                            work.on(item);
                        }
                    },
                    () -> {});
        }
        drain();
    }

    /** Whether one has failed, so that the others need not go on. */
    boolean failed() {
        return failure.get() != null;
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
        if (first instanceof OutOfMemoryError e) {
            throw e;
        }
        if (first != null) {
            throw new IllegalStateException("a writer failed", first);
        }
    }

    /** Waits until all that was submitted, and what that submitted in turn, is on disk. */
    void drain() throws IOException, StagingException {
        try {
            synchronized (done) {
                while (pending > 0) {
                    done.wait();
                }
            }
        } catch (InterruptedException e) {
            failure.compareAndSet(null, new IOException("interrupted", e));
            Thread.currentThread().interrupt();
        }
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
