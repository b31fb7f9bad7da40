package org.condastagehand.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.condastagehand.host.BadRequest;
import org.condastagehand.resolve.EnvState;
import org.condastagehand.resolve.ImageLabel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFileTest {
    private static final int USED = 5000;
    private static final int LABEL_AT = 8192;
    private static final ImageLabel LABEL = new ImageLabel(
            Path.of("/local/cache/v1/7/0123456789abcdef01234567"),
            Path.of("/home/ann/.conda/envs/with blank, = and ümlaut"),
            new EnvState("5a".repeat(32)),
            508,
            1_234_567_890_123L,
            "conda-stagehand 1.2");

    @TempDir
    Path directory;

    private Path image;

    /** What mksquashfs leaves: a superblock, as many bytes as it says, and zeros up to a whole page. */
    @BeforeEach
    void setUp() throws Exception {
        image = directory.resolve("demo.sqfs");
        ByteBuffer bytes = ByteBuffer.allocate(LABEL_AT).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0, 0x73717368).putShort(28, (short) 4).putLong(40, USED);
        Files.write(image, bytes.array());
    }

    private void append(ImageLabel label) throws Exception {
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ImageFile.append(channel, image, label);
        }
    }

    @Test
    void saysWhatWasWrittenBehindTheFileSystem() throws Exception {
        byte[] before = Files.readAllBytes(image);

        append(LABEL);

        assertThat(ImageFile.label(image)).isEqualTo(LABEL);
        assertThat(LABEL.key()).isEqualTo("0123456789abcdef01234567");
        assertThat(Files.readAllBytes(image)).startsWith(before);
    }

    @Test
    void aFileSystemWithoutALabelHasToBeMadeAnother() {
        assertRefused("does not say where it has to be mounted");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 95, 4999})
    void whatIsCutOffIsRefused(int length) throws Exception {
        append(LABEL);
        truncate(length);

        assertRefused(
                length < 96 ? "is no squashfs image" : "is broken: it has 4999 bytes and should have at least 5000");
    }

    @Test
    void aLabelThatIsCutOffIsRefused() throws Exception {
        append(LABEL);
        truncate(Files.size(image) - 40);

        assertRefused("has a broken label: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"relative/path", "/up/../there"})
    void aPlaceThatIsNoneIsRefused(String prefix) throws Exception {
        append(new ImageLabel(Path.of(prefix), LABEL.original(), LABEL.state(), 1, 1, "x"));

        assertRefused("has a broken label");
    }

    @Test
    void aFutureLabelIsRefused() throws Exception {
        append(LABEL);
        replace("conda-stagehand-image=1", "conda-stagehand-image=2");

        assertRefused("has a label of another version of this program");
    }

    @Test
    void anythingElseIsRefusedInOneLineAndReadInPart() throws Exception {
        Random random = new Random(7);
        append(LABEL);
        byte[] whole = Files.readAllBytes(image);
        for (int turn = 0; turn < 500; turn++) {
            byte[] changed = whole.clone();
            for (int many = random.nextInt(8); many >= 0; many--) {
                int at = turn % 2 == 0 ? random.nextInt(96) : LABEL_AT + random.nextInt(changed.length - LABEL_AT);
                changed[at] = (byte) random.nextInt(256);
            }
            Files.write(image, changed);
            try {
                assertThat(ImageFile.label(image).prefix().isAbsolute()).isTrue();
            } catch (BadRequest e) {
                assertThat(e.getMessage()).contains("demo.sqfs").doesNotContain("\n");
            }
        }
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> ImageFile.label(image))
                .isInstanceOf(BadRequest.class)
                .hasMessageStartingWith("`" + image + "` ")
                .hasMessageContaining(message);
    }

    private void truncate(long length) throws IOException {
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    private void replace(String from, String to) throws IOException {
        String text = Files.readString(image, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(text).contains(from);
        Files.writeString(image, text.replace(from, to), java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}
