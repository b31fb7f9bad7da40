package org.condastagehand.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.condastagehand.archive.SeekTable.Frame;
import org.condastagehand.host.BadRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeekTableTest {
    private static final SeekTable TABLE =
            new SeekTable(List.of(new Frame(0, 100, 1536), new Frame(100, 50, 0), new Frame(150, 850, 4 << 20)));

    @TempDir
    private Path directory;

    private Optional<SeekTable> read(byte[] bytes) throws IOException, BadRequest {
        Path file = Files.write(directory.resolve("archive"), bytes);
        try (FileChannel channel = FileChannel.open(file)) {
            return SeekTable.read(channel);
        }
    }

    private static byte[] behindFrames(byte[] table) {
        byte[] file = new byte[1000 + table.length];
        System.arraycopy(table, 0, file, 1000, table.length);
        return file;
    }

    @Test
    void isReadAsItWasWritten() throws Exception {
        assertThat(read(behindFrames(TABLE.toBytes()))).contains(TABLE);
        assertThat(TABLE.end()).isEqualTo(1000);
        assertThat(TABLE.decompressedSize()).isEqualTo((4 << 20) + 1536);
        assertThat(TABLE.frames().stream().map(Frame::skippable)).containsExactly(false, true, false);
    }

    @Test
    void isWrittenAsZstdsSeekableFormatSays() {
        byte[] bytes = new SeekTable(List.of(new Frame(0, 0x01020304, 0x05060708))).toBytes();

        assertThat(bytes)
                .containsExactly(
                        0x5e, 0x2a, 0x4d, 0x18, 17, 0, 0, 0, 4, 3, 2, 1, 8, 7, 6, 5, 1, 0, 0, 0, 0, 0xb1, 0xea, 0x92,
                        0x8f);
    }

    @Test
    void otherFilesHaveNone() throws Exception {
        assertThat(read(new byte[0])).isEmpty();
        assertThat(read(new byte[16])).isEmpty();
        assertThat(read(new byte[1000])).isEmpty();
    }

    @Test
    void aTableWithChecksumsIsNotOurs() throws Exception {
        byte[] table = TABLE.toBytes();
        table[table.length - 5] = (byte) 0x80;

        assertThat(read(behindFrames(table))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "-9, 4, does not begin",
        "-9, 2, does not begin",
        "-9, -1, names 4294967295 frames",
        "-9, 300000, names 300000 frames",
        "0, 7, does not begin",
        "4, 7, does not begin",
        "8, 0, names a frame of no bytes",
        "8, -1, names frames of 4294968195 bytes",
        "8, 101, 'names frames of 1001 bytes, where 1000 stand before it'"
    })
    void whatDoesNotDescribeTheFileIsRefused(int at, int value, String why) {
        byte[] table = TABLE.toBytes();
        ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN).putInt(at < 0 ? table.length + at : at, value);

        assertThatThrownBy(() -> read(behindFrames(table)))
                .isInstanceOf(BadRequest.class)
                .hasMessageFindingMatch(why);
    }

    @Test
    void whateverIsChangedItEnds() throws Exception {
        Random random = new Random(5);
        byte[] good = behindFrames(TABLE.toBytes());
        for (int round = 0; round < 3000; round++) {
            byte[] bad = Arrays.copyOfRange(good, random.nextInt(3), good.length);
            for (int change = random.nextInt(4); change >= 0; change--) {
                bad[bad.length - 1 - random.nextInt(41)] = (byte) random.nextInt();
            }
            try {
                read(bad);
            } catch (BadRequest e) {
                assertThat(e).hasMessageStartingWith("the archive is broken: the seek table at its end");
            }
        }
    }
}
