package org.condastagehand.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A directory that is being emptied. It stays open, and so do all above it, until its listing has come to the end and
 * every directory in it is gone or given up; whoever ends the last of these deletes it.
 */
final class OpenLevel {
    private final @Nullable OpenLevel above;
    private final Path path;
    private final SecureDirectoryStream<Path> stream;
    private final Iterator<Path> entries;
    private final int depth;
    private final AtomicInteger unfinished = new AtomicInteger(1); // the listing

    /** @param path as it was listed; what cannot be deleted is called by it */
    OpenLevel(@Nullable OpenLevel above, Path path, SecureDirectoryStream<Path> stream) {
        this.above = above;
        this.path = path;
        this.stream = stream;
        this.entries = ((DirectoryStream<Path>) stream).iterator();
        this.depth = above == null ? 0 : above.depth + 1;
        if (above != null) {
            above.unfinished.incrementAndGet();
        }
    }

    @Nullable
    OpenLevel above() {
        return above;
    }

    Path path() {
        return path;
    }

    SecureDirectoryStream<Path> stream() {
        return stream;
    }

    Iterator<Path> entries() {
        return entries;
    }

    int depth() {
        return depth;
    }

    /** Ends the listing, or the work on one directory in this; true when that was the last of it. */
    boolean finish() {
        return unfinished.decrementAndGet() == 0;
    }

    /** Closes the directory and deletes it, but for the top, which has to stay until all passes are over. */
    void delete() throws IOException {
        stream.close();
        if (above != null) {
            above.stream.deleteDirectory(path.getFileName());
        }
    }
}
