package org.condastagehand.relocate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextCheckTest {
    private static final int BLOCK = 1 << 16;

    private static void check(byte[] content, boolean text) throws IOException {
        assertThat(TextCheck.isText(content)).isEqualTo(text);
        assertThat(TextCheck.isText(Channels.newChannel(new ByteArrayInputStream(content))))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\n", "\u00e9", "\u20ac", "\ud83c\udfad"})
    void utf8IsATextWhereverABlockEnds(String sign) throws IOException {
        for (int before : new int[] {0, BLOCK - 3, BLOCK - 2, BLOCK - 1, BLOCK, 2 * BLOCK - 1}) {
            check(("a".repeat(before) + sign).getBytes(UTF_8), true);
            check(("a".repeat(before) + sign + "z").getBytes(UTF_8), true);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "\u00e9", "\u00e9a", "\u00f0\u009f\u008e"})
    void aNulOrHalfACharacterMakesABinaryWhereverItStands(String bytes) throws IOException {
        for (int before : new int[] {0, 1, BLOCK - 2, BLOCK - 1, BLOCK, 2 * BLOCK - 1}) {
            check(("a".repeat(before) + bytes).getBytes(ISO_8859_1), false);
        }
    }
}
