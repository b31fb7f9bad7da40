package org.condastagehand.relocate;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.condastagehand.relocate.Relocation.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeFileTest {
    private static final long SIZE = 300L << 20;

    @TempDir
    private Path directory;

    @Test
    void aSparseFileIsRelocatedWithoutBeingHeldInMemory() throws IOException {
        Path file = directory.resolve("large");
        try (FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE)) {
            put(channel, 0, "/old/first");
            put(channel, (1 << 20) - 2, "/old/across"); // over the border of two windows
            put(channel, SIZE - 5, "/old\0");
            long before = used();

            Outcome outcome = new BinaryRelocation(Prefix.of("/old"), Prefix.of("/n")).apply(channel, this::scratch);

            assertThat(outcome).isEqualTo(Outcome.CHANGED);
            assertThat(used() - before).isLessThan(64L << 20);
            assertThat(channel.size()).isEqualTo(SIZE);
            assertThat(at(channel, 0)).isEqualTo("/n/first\0\0\0\0");
            assertThat(at(channel, (1 << 20) - 2)).isEqualTo("/n/across\0\0\0");
            assertThat(at(channel, SIZE - 5)).isEqualTo("/n\0\0\0");
        }
    }

    @Test
    void aStringThatIsLargerThanAWindowGoesThroughTheScratchFile() throws IOException {
        Path file = directory.resolve("string");
        Files.writeString(file, "/old:" + "x".repeat(3 << 20) + ":/old\0end");
        try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
            assertThat(new BinaryRelocation(Prefix.of("/old"), Prefix.of("/n")).apply(channel, this::scratch))
                    .isEqualTo(Outcome.CHANGED);
        }
        assertThat(Files.readString(file)).isEqualTo("/n:" + "x".repeat(3 << 20) + ":/n\0\0\0\0\0end");
    }

    @Test
    void aLargeTextMayGrow() throws IOException {
        Path file = directory.resolve("text");
        Files.writeString(file, "/old\n".repeat(2 << 20));
        try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
            assertThat(new TextRelocation(Prefix.of("/old"), Prefix.of("/longer")).apply(channel, this::scratch))
                    .isEqualTo(Outcome.CHANGED);
        }
        assertThat(Files.readString(file)).isEqualTo("/longer\n".repeat(2 << 20));
    }

    private FileChannel scratch() throws IOException {
        return FileChannel.open(directory.resolve("scratch"), CREATE_NEW, READ, WRITE, DELETE_ON_CLOSE);
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void put(FileChannel channel, long at, String text) throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(US_ASCII)), at);
    }

    private static String at(FileChannel channel, long at) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(12);
        channel.read(bytes, at);
        return new String(bytes.array(), 0, bytes.position(), US_ASCII);
    }
}
