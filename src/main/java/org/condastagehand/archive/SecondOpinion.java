package org.condastagehand.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.zip.CRC32;
import org.condastagehand.host.Causes;

/**
 * A quick way to read, and a sure one that takes over where the quick one fails: it reads again from the beginning, and
 * what it says of the content is the verdict. So a broken archive is told in the same words whichever way it was read,
 * and a decompressor that is killed costs time only.
 */
final class SecondOpinion extends InputStream {
    /** Opens a way to read, from the content's beginning. */
    @FunctionalInterface
    interface Way {
        InputStream open() throws IOException;
    }

    private final Way sure;
    private final CRC32 crc = new CRC32();
    private InputStream current;
    private long delivered;
    private boolean overruled;
    private volatile String failure = "";

    SecondOpinion(InputStream quick, Way sure) {
        this.current = quick;
        this.sure = sure;
    }

    /** What was wrong with the quick way after it had begun well; empty while nothing is. */
    String failure() {
        return failure;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (overruled) {
            return current.read(into, from, length);
        }
        try {
            int count = current.read(into, from, length);
            if (count > 0) {
                crc.update(into, from, count);
                delivered += count;
            }
            return count;
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            takeOver(Causes.oneLine(e));
            return current.read(into, from, length);
        }
    }

    private void takeOver(String reason) throws IOException {
        overruled = true;
        // under a tight limit of memory, say, a program fails before it gives anything: that is its way not to be there
        failure = delivered == 0 ? "" : reason;
        current.close();
        current = sure.open();
        CRC32 again = new CRC32();
        byte[] bytes = new byte[1 << 16];
        long left = delivered;
        while (left > 0) {
            int count = current.read(bytes, 0, (int) Math.min(left, bytes.length));
            if (count < 0) {
                throw new IOException("it ends before what was read of it before: " + reason);
            }
            again.update(bytes, 0, count);
            left -= count;
        }
        if (again.getValue() != crc.getValue()) {
            throw new IOException("read twice, it was not the same: " + reason);
        }
    }

    @Override
    public void close() throws IOException {
        current.close();
    }
}
