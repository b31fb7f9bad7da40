package org.condastagehand.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ReadAheadTest {
    @Test
    void givesEveryByteInOrder() throws IOException {
        byte[] content = new byte[(9 << 20) + 7];
        new Random(1).nextBytes(content);
        try (ReadAhead ahead = new ReadAhead(new ByteArrayInputStream(content), () -> {})) {
            assertThat(ahead.read()).isEqualTo(content[0] & 0xff);
            assertThat(ahead.readNBytes(content.length))
                    .hasSize(content.length - 1)
                    .endsWith(content[content.length - 1]);
            assertThat(ahead.read()).isEqualTo(-1);
            assertThat(ahead.read()).isEqualTo(-1);
        }
    }

    @Test
    void anErrorInTheDecompressorEndsTheWaitForIt() {
        InputStream failing = new InputStream() {
            @Override
            public int read() {
                throw new UnsatisfiedLinkError("no libzstd-jni");
            }

            @Override
            public int read(byte[] into, int from, int length) {
                throw new UnsatisfiedLinkError("no libzstd-jni");
            }
        };
        try (ReadAhead ahead = new ReadAhead(failing, () -> {})) {
            assertThatThrownBy(ahead::read).isInstanceOf(IOException.class).hasMessageContaining("no libzstd-jni");
            assertThatThrownBy(ahead::read).isInstanceOf(IOException.class).hasMessageContaining("no libzstd-jni");
        }
    }
}
