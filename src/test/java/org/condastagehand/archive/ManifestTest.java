package org.condastagehand.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.condastagehand.host.BadRequest;
import org.condastagehand.relocate.Prefix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
    private static final String FINGERPRINT = "sha256:" + "0a".repeat(32);
    private static final Manifest MANIFEST = new Manifest(
            "conda-stagehand 0.1.0",
            Prefix.of("/shared/home/ada/envs/my\"énv"),
            FINGERPRINT,
            new Manifest.Counts(5_000_000_000L, 4, 3, 2, 1),
            5_000_010_240L,
            List.of(3, 4, 9),
            List.of("lib/x y.so", "lib/é\n.so"),
            Optional.of("0123456789abcdef".repeat(4)),
            true);

    private static Optional<Manifest> parse(String json) throws BadRequest {
        return Manifest.parse(json.getBytes(UTF_8));
    }

    @Test
    void isReadAsItWasWritten() throws Exception {
        byte[] frame = MANIFEST.toFrame();

        assertThat(Manifest.isIn(frame)).isTrue();
        assertThat(Manifest.read(frame)).contains(MANIFEST);
        assertThat(frame).startsWith(0x5c, 0x2a, 0x4d, 0x18);
    }

    @Test
    void isOneJsonObjectInOneLine() {
        Manifest manifest = new Manifest(
                "p",
                Prefix.of("/e"),
                FINGERPRINT,
                new Manifest.Counts(1, 2, 3, 4, 5),
                6,
                List.of(7),
                List.of("a"),
                Optional.empty(),
                false);

        assertThat(manifest.toJson())
                .isEqualTo("{\"format\":1,\"packed_by\":\"p\",\"prefix\":\"/e\",\"fingerprint\":\"" + FINGERPRINT
                        + "\",\"bytes\":1,\"files\":2,\"hard_links\":3,\"symlinks\":4,\"directories\":5,"
                        + "\"tar_bytes\":6,\"continued\":[7],\"unrecorded\":[\"a\"]}");
    }

    @Test
    void anOlderArchiveSaysNothingOfItsState() throws Exception {
        String older =
                MANIFEST.toJson().replaceFirst("\"state\":\"[0-9a-f]*\",", "").replace("\"copy\":true,", "");

        assertThat(parse(older).orElseThrow().state()).isEmpty();
        assertThat(parse(older).orElseThrow().copy()).isFalse();
    }

    @Test
    void whatIsNotKnownIsPassedOver() throws Exception {
        assertThat(parse(MANIFEST.toJson().replaceFirst("\\{", "{\"later\":{\"a\":[1,{}]},")))
                .contains(MANIFEST);
    }

    @Test
    void anotherFormatSaysNothing() throws Exception {
        assertThat(parse(MANIFEST.toJson().replace("\"format\":1", "\"format\":2")))
                .isEmpty();
        assertThat(parse("{\"format\":2}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "{\"format\":1}",
                "{\"format\":\"one\"}",
                "{\"format\":1",
                "{\"format\":1} {}",
                "{\"format\":99999999999999999999999}",
                "{\"format\":1e999999999}",
                "{'format':1}"
            })
    void whatIsNoManifestIsRefused(String json) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(BadRequest.class)
                .hasMessageStartingWith("the archive is broken: its manifest cannot be read: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"files\":4 | \"files\":-4",
                "\"files\":4 | \"files\":[4]",
                "\"files\":4 | \"files\":4.5",
                "\"tar_bytes\":5000010240 | \"tar_bytes\":null",
                "[3,4,9] | [4,3]",
                "[3,4,9] | [0]",
                "[3,4,9] | [3,3]",
                "[3,4,9] | [99999999999]",
                "sha256: | md5:",
                "\"state\":\"0123 | \"state\":\"X123",
                "\"state\":\"0123 | \"state\":\"123",
                "\"copy\":true | \"copy\":3",
                "\"/shared | \"shared",
                "lib/x y.so | ../x",
                "lib/x y.so | /etc/passwd"
            })
    void whatCannotBeTrueIsRefused(String right, String wrong) {
        String json = MANIFEST.toJson();
        assertThat(json).contains(right);

        assertThatThrownBy(() -> parse(json.replace(right, wrong)))
                .isInstanceOf(BadRequest.class)
                .hasMessageStartingWith("the archive is broken: its manifest cannot be read: ");
    }

    @Test
    void depthAndLengthAreBounded() {
        String deep = "{\"a\":" + "[".repeat(100_000);
        String files = String.join(",", Collections.nCopies(Manifest.MOST_UNRECORDED + 1, "\"a\""));

        assertThatThrownBy(() -> parse(deep)).isInstanceOf(BadRequest.class);
        assertThatThrownBy(() -> parse("{\"unrecorded\":[" + files + "]}")).isInstanceOf(BadRequest.class);
    }

    @Test
    void aFrameThatSaysMoreThanIsRightIsRefusedUnread() {
        byte[] frame = SkippableFrame.of(Manifest.MAGIC, new byte[Manifest.MOST_BYTES + 1], 1);

        assertThatThrownBy(() -> Manifest.read(frame))
                .isInstanceOf(BadRequest.class)
                .hasMessage("the archive is broken: its manifest is of no size that a packer writes");
    }

    @Test
    void whateverIsChangedItEnds() {
        Random random = new Random(7);
        byte[] good = MANIFEST.toFrame();
        for (int round = 0; round < 3000; round++) {
            byte[] bad = Arrays.copyOf(good, good.length - random.nextInt(20));
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            assertThatCode(() -> readOrRefuse(bad)).doesNotThrowAnyException();
        }
        assertThatCode(() -> readOrRefuse(new byte[0])).doesNotThrowAnyException();
        assertThatCode(() -> readOrRefuse(Zstd.compress(new byte[9]))).doesNotThrowAnyException();
    }

    private static void readOrRefuse(byte[] frame) {
        try {
            Manifest.isIn(frame);
            Manifest.read(frame);
        } catch (BadRequest e) {
            assertThat(e).hasMessageStartingWith("the archive is broken: its manifest");
        }
    }
}
