package org.condastagehand.pack;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.condastagehand.archive.ArchiveWriter;
import org.condastagehand.archive.FrameCodec;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Progress;
import org.condastagehand.host.Sha256;
import org.condastagehand.host.StagingException;
import org.jspecify.annotations.Nullable;

/**
 * Makes frames with several threads and appends them in their order. A thread takes an empty buffer before it takes the
 * next slot, so however long one slot takes, as many frames as there are buffers are made ahead of it and no more.
 */
final class Pipeline {
    private static final int BUFFERS_PER_THREAD = 3;

    private record Frame(byte[] bytes, int length, int tarBytes, boolean continues) {}

    private final List<FramePlan.Slot> slots;
    private final FrameMaker maker;
    private final FrameCodec codec;
    private final ArchiveWriter archive;
    private final Progress progress;
    private final AtomicInteger next = new AtomicInteger();
    private final BlockingQueue<byte[]> buffers;
    private final Map<Integer, Frame> done = new HashMap<>();
    private int appended;

    Pipeline(List<FramePlan.Slot> slots, FrameMaker maker, FrameCodec codec, ArchiveWriter archive, Progress progress) {
        this.slots = slots;
        this.maker = maker;
        this.codec = codec;
        this.archive = archive;
        this.progress = progress;
        this.buffers = new ArrayBlockingQueue<>(slots.size() + 1);
    }

    /** Returns when all frames are appended; the first failure ends all threads. */
    void run(int threads) throws StagingException {
        int needed = Math.min(threads, slots.size());
        for (int i = 0; i < Math.min(needed * BUFFERS_PER_THREAD, slots.size()); i++) {
            buffers.add(new byte[0]); // grown when it is first used
        }
        ExecutorService pool = Executors.newFixedThreadPool(needed, Pipeline::thread);
        ExecutorCompletionService<Void> work = new ExecutorCompletionService<>(pool);
        try {
            for (int i = 0; i < needed; i++) {
                work.submit(() -> makeFrames());
            }
            for (int i = 0; i < needed; i++) {
                work.take().get();
            }
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeFault("interrupted");
        } finally {
            end(pool);
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "pack");
        thread.setDaemon(true);
        return thread;
    }

    private static void end(ExecutorService pool) {
        pool.shutdownNow();
        try {
            pool.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static StagingException failure(@Nullable Throwable cause) {
        if (cause instanceof StagingException known) {
            return known;
        }
        if (cause instanceof IOException disk) {
            return new NodeFault("cannot write the archive", disk);
        }
        if (cause instanceof OutOfMemoryError memory) {
            throw memory;
        }
        throw new IllegalStateException("a packing thread failed", cause);
    }

    private @Nullable Void makeFrames() throws StagingException, IOException, InterruptedException {
        byte[] tar = new byte[FramePlan.FRAME];
        MessageDigest digest = Sha256.digest();
        while (true) {
            byte[] buffer = buffers.take();
            int number = next.getAndIncrement();
            if (number >= slots.size()) {
                buffers.add(buffer);
                return null;
            }
            FramePlan.Slot slot = slots.get(number);
            int length = maker.fill(slot, tar, digest);
            byte[] frame = buffer.length == 0 && length > 0 ? new byte[codec.bound(FramePlan.FRAME)] : buffer;
            int compressed = length == 0 ? 0 : codec.compress(tar, length, frame);
            boolean continues = slot instanceof FramePlan.Part part && part.number() > 0;
            append(number, new Frame(frame, compressed, length, continues));
        }
    }

    /** Appends this frame if it is the next one, and those behind it that waited for it. */
    private synchronized void append(int number, Frame frame) throws IOException {
        done.put(number, frame);
        for (Frame due = done.remove(appended); due != null; due = done.remove(appended)) {
            if (due.length() > 0) {
                archive.append(due.bytes(), due.length(), due.tarBytes(), due.continues());
            }
            buffers.add(due.bytes());
            appended++;
            progress.advances(due.tarBytes());
        }
    }
}
