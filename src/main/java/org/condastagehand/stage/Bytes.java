package org.condastagehand.stage;

import org.condastagehand.host.StagingException;

/** Where a file's content is read from; a failed read says what is wrong with the source. */
@FunctionalInterface
interface Bytes {
    /** As {@link java.io.InputStream#read(byte[], int, int)}. */
    int read(byte[] into, int from, int length) throws StagingException;

    /** Reads until the content ends or {@code length} bytes are there. */
    default int readFully(byte[] into, int length) throws StagingException {
        int at = 0;
        while (at < length) {
            int count = read(into, at, length - at);
            if (count < 0) {
                return at;
            }
            at += count;
        }
        return at;
    }
}
