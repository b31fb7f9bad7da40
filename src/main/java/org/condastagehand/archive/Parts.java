package org.condastagehand.archive;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.condastagehand.host.Causes;
import org.jspecify.annotations.Nullable;

/** Content whose parts several threads decompress side by side, each whole, into a ring of arrays that are used again. */
final class Parts extends InputStream {
    /** Reads one part at a time; each thread has one of its own. */
    interface Decoder extends Closeable {
        /** Fills the array from its beginning with a part and tells the part's length. */
        int decode(int part, byte[] into) throws IOException;
    }

    /** Makes a thread's decoder. */
    @FunctionalInterface
    interface Decoders {
        Decoder open() throws IOException;
    }

    /** An array of the ring: which part is in it or goes into it next, and how much of it; guarded by its own lock. */
    private static final class Slot {
        private int part;
        private int length = -1;
        private byte[] bytes = new byte[0];
        private @Nullable Throwable failure;
    }

    private final int count;
    private final int most;
    private final Decoders decoders;
    private final List<Slot> ring = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private int part;
    private int at;

    /**
     * Begins.
     *
     * @param count of the parts
     * @param most bytes of the largest; one that is larger is a failure
     */
    Parts(int count, int most, int threads, Decoders decoders) {
        this.count = count;
        this.most = most;
        this.decoders = decoders;
        for (int i = 0; i <= threads; i++) {
            Slot slot = new Slot();
            slot.part = i;
            ring.add(slot);
        }
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(this::work, "decompress-" + i);
            thread.setDaemon(true);
            this.threads.add(thread);
            thread.start();
        }
    }

    /** Bytes that the ring takes. */
    static long memory(long most, int threads) {
        return most * (threads + 1);
    }

    private void work() {
        int mine = next.getAndIncrement();
        try (Decoder decoder = decoders.open()) {
            while (mine < count) {
                fill(mine, decoder);
                mine = next.getAndIncrement();
            }
        } catch (InterruptedException e) {
            return; // closed
        } catch (Throwable e) {
            fail(mine, e); // an Error too: nobody may wait for a part for ever
        }
    }

    private void fill(int mine, Decoder decoder) throws IOException, InterruptedException {
        Slot slot = ring.get(mine % ring.size());
        synchronized (slot) {
            while (slot.part != mine) {
                slot.wait();
            }
        }
        // until its length is told no other thread looks into it
        byte[] bytes = slot.bytes.length == 0 ? new byte[most] : slot.bytes;
        int length = decoder.decode(mine, bytes);
        synchronized (slot) {
            slot.bytes = bytes;
            slot.length = length;
            slot.notifyAll();
        }
    }

    private void fail(int mine, Throwable failure) {
        Slot slot = ring.get(mine % ring.size());
        try {
            synchronized (slot) {
                while (slot.part != mine) {
                    slot.wait();
                }
                slot.failure = failure;
                slot.notifyAll();
            }
        } catch (InterruptedException e) {
            return; // closed
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        while (part < count) {
            Slot slot = ring.get(part % ring.size());
            int available = await(slot) - at;
            if (available > 0) {
                int taken = Math.min(length, available);
                System.arraycopy(slot.bytes, at, into, from, taken);
                at += taken;
                return taken;
            }
            free(slot);
        }
        return -1;
    }

    private int await(Slot slot) throws IOException {
        synchronized (slot) {
            try {
                while (slot.length < 0 && slot.failure == null) {
                    slot.wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
            if (slot.failure != null) {
                throw new IOException(Causes.oneLine(slot.failure), slot.failure);
            }
            return slot.length;
        }
    }

    private void free(Slot slot) {
        synchronized (slot) {
            slot.length = -1;
            slot.part += ring.size();
            slot.notifyAll();
        }
        part++;
        at = 0;
    }

    @Override
    public void close() {
        next.set(count);
        threads.forEach(Thread::interrupt);
    }
}
