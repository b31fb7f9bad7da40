package org.condastagehand.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class DecoderMemoryTest {
    @TempDir
    private Path directory;

    private long of(Codec codec, byte[] archive) throws Exception {
        try (ArchiveFile file = ArchiveFile.open(Files.write(directory.resolve("archive"), archive))) {
            return DecoderMemory.of(codec, file);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 6, 9})
    void xzTellsItsDictionary(int preset) throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        LZMA2Options options = new LZMA2Options(preset);
        try (OutputStream out = new XZOutputStream(packed, options)) {
            out.write(new byte[1000]);
        }

        assertThat(of(Codec.XZ, packed.toByteArray()))
                .isBetween((long) options.getDictSize(), options.getDictSize() + (1L << 20));
    }

    @Test
    void zstdTellsItsWindowAlsoBehindSkippableFrames() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        packed.writeBytes(new byte[] {0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'x', 'y', 'z'});
        try (ZstdOutputStream out = new ZstdOutputStream(packed, 1)) {
            out.setLong(25);
            out.write(new byte[1000]);
        }

        assertThat(of(Codec.ZSTD, packed.toByteArray())).isEqualTo(1 << 25);
    }

    @Test
    void aFrameOfOneSegmentNeedsItsContent() throws Exception {
        assertThat(of(Codec.ZSTD, Zstd.compress(new byte[1000]))).isEqualTo(1000);
        assertThat(of(Codec.ZSTD, Zstd.compress(new byte[100_000]))).isEqualTo(100_000);
        assertThat(of(Codec.ZSTD, Zstd.compress(new byte[10]))).isEqualTo(10);
    }

    @Test
    void whatCannotBeToldIsLeftToTheReader() throws Exception {
        assertThat(of(Codec.ZSTD, new byte[] {0x28, (byte) 0xb5, 0x2f})).isZero();
        assertThat(of(Codec.ZSTD, new byte[0])).isZero();
        assertThat(of(Codec.XZ, new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 1}))
                .isZero();
        assertThat(of(Codec.GZIP, new byte[20])).isZero();
    }
}
