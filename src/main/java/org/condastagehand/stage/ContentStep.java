package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.condastagehand.host.StagingException;

/** Looks at, and may change, each file's content on its way to disk; called by several writers at once. */
interface ContentStep {
    /**
     * A content that is whole in memory, between two indexes of an array.
     *
     * @return what is to be written instead, or nothing where it stays as it is
     */
    Optional<byte[]> inMemory(FileEntry entry, byte[] bytes, int from, int to) throws StagingException;

    /** A content that was too large for memory and stands on disk. */
    void onDisk(FileEntry entry, Path file) throws IOException, StagingException;
}
