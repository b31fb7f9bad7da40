package org.condastagehand.stage;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Arrays;
import org.condastagehand.archive.HostileBytes;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.OneLine;
import org.condastagehand.host.StagingException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/**
 * Whole archives, staged beside a directory that has to stay as it is; `src/test/fuzz` looks for inputs, and here those
 * that it kept are tried.
 */
@Timeout(20)
class StagingFuzzTest {
    private static Arena arena;

    @BeforeAll
    static void makeArena() throws IOException {
        arena = Arena.inMemory();
    }

    @AfterAll
    static void deleteArena() throws IOException {
        FileTree.delete(arena.directory());
    }

    /**
     * The first byte chooses the codec that the rest, a tar, is packed with, for a fuzzer guesses no checksum; or that the
     * rest is the archive as it is.
     */
    @FuzzTest
    void archives(byte[] bytes) throws Exception {
        if (bytes.length == 0) {
            return;
        }
        if ((bytes[0] & 0xff) % (HostileBytes.CODECS + 1) == HostileBytes.CODECS) {
            stage(Arrays.copyOfRange(bytes, 1, bytes.length));
        } else {
            stage(HostileBytes.packed(bytes));
        }
    }

    private static void stage(byte[] archive) throws Exception {
        try {
            arena.stage(archive);
        } catch (StagingException e) {
            OneLine.require(e);
        }
        arena.requireIntact();
    }
}
