package org.condastagehand.stage;

import org.condastagehand.host.StagingException;

/** Where a file's content is read from; a failed read says what is wrong with the source. */
@FunctionalInterface
interface Bytes {
    /** As {@link java.io.InputStream#read(byte[], int, int)}. */
    int read(byte[] into, int from, int length) throws StagingException;

    /** Reads until the content ends or {@code length} bytes are there, and says how many are. */
    default int readFully(byte[] into, int from, int length) throws StagingException {
        int done = 0;
        while (done < length) {
            int count = read(into, from + done, length - done);
            if (count < 0) {
                return done;
            }
            done += count;
        }
        return done;
    }
}
