package org.condastagehand.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.condastagehand.host.Causes;
import org.jspecify.annotations.Nullable;

/** Decompresses in a thread of its own into a ring of blocks that are used again and again. */
final class ReadAhead extends InputStream {
    private static final int BLOCK = 1 << 18;
    private static final int BLOCKS = 16;

    /** A piece of the content; a length of -1 ends it, with the failure that ended it if there was one. */
    private record Block(byte[] bytes, int length, @Nullable Throwable failure) {}

    private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(BLOCKS);
    private final BlockingQueue<Block> full = new ArrayBlockingQueue<>(BLOCKS + 1);
    private final Thread reader;
    private final Runnable stop;
    private int made;
    private Block current = new Block(new byte[0], 0, null);
    private int at;

    /**
     * Begins to read.
     *
     * @param stop ends a read that waits, which an interrupt may not do
     */
    ReadAhead(InputStream in, Runnable stop) {
        this.stop = stop;
        reader = new Thread(() -> readAll(in), "decompress");
        reader.setDaemon(true);
        reader.start();
    }

    private void readAll(InputStream in) {
        Throwable failure = null;
        try (in) {
            int length = 0;
            while (length >= 0) {
                byte[] bytes = block();
                length = fill(in, bytes);
            }
        } catch (InterruptedException e) {
            return; // closed: nobody reads on
        } catch (Throwable e) {
            failure = e; // an Error too, such as a missing native library: nobody may wait for a block for ever
        }
        full.offer(new Block(new byte[0], -1, failure));
    }

    /** A block to fill; no more are made than the content needs. */
    private byte[] block() throws InterruptedException {
        if (made < BLOCKS && free.isEmpty()) {
            made++;
            return new byte[BLOCK];
        }
        return free.take();
    }

    /** Passes a block on, also the part of one that was good before a failure; -1 at the end. */
    private int fill(InputStream in, byte[] bytes) throws IOException, InterruptedException {
        int length = 0;
        int count = 0;
        try {
            while (count >= 0 && length < BLOCK) {
                count = in.read(bytes, length, BLOCK - length);
                length += Math.max(0, count);
            }
        } finally {
            if (length > 0) {
                full.put(new Block(bytes, length, null));
            }
        }
        return length == 0 ? -1 : length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (at == current.length() && !advance()) {
            return -1;
        }
        int count = Math.min(length, current.length() - at);
        System.arraycopy(current.bytes(), at, into, from, count);
        at += count;
        return count;
    }

    @Override
    public long skip(long most) throws IOException {
        if (most <= 0 || (at == current.length() && !advance())) {
            return 0;
        }
        int count = (int) Math.min(most, current.length() - at);
        at += count;
        return count;
    }

    /** Takes the next block; false at the end. */
    private boolean advance() throws IOException {
        if (current.length() < 0) {
            return ended();
        }
        if (current.bytes().length > 0) {
            free.add(current.bytes());
        }
        try {
            current = full.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        at = Math.min(0, current.length());
        return current.length() > 0 || ended();
    }

    /** False at the content's end; where it ended in a failure, that is told as often as it is asked for. */
    private boolean ended() throws IOException {
        if (current.failure() != null) {
            throw new IOException(Causes.oneLine(current.failure()), current.failure());
        }
        return false;
    }

    @Override
    public int available() {
        return Math.max(0, current.length() - at);
    }

    @Override
    public void close() {
        reader.interrupt();
        stop.run();
    }
}
