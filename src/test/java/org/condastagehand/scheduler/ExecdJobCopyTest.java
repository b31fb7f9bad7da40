package org.condastagehand.scheduler;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.condastagehand.scheduler.ExecdJobCopy.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The samples are job files of a real execd (Son of Grid Engine 8.1.9). */
final class ExecdJobCopyTest {
    private static byte[] sample(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(ExecdJobCopyTest.class.getResourceAsStream("/sge/" + name), name)) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource({
        "0001.1, foo, one request",
        "0002.1, foo, among two other -l",
        "0003.1, /opt/some/very/long/path/envs/foo-1.2.3, a path",
        "0004.1, softenv, a soft request",
        "0005.1, hard, hard and soft: the hard one",
        "0006.1, b, asked for twice: the last as qsub decided",
        "0008.1, real, job and account and variables named conda_env too",
        "0009.7, arr, the first task of an array",
        "0009.9, arr, another task",
        "0010.1, para, a parallel job"
    })
    void findsTheRequestInRealJobFiles(String file, String value, String what) throws IOException {
        assertThat(ExecdJobCopy.parse(sample(file))).isEqualTo(new Answer.Value(value));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"0007.1", "0011.1"})
    void takesNoOtherTextForARequest(String file) throws IOException {
        assertThat(ExecdJobCopy.parse(sample(file))).isNotInstanceOf(Answer.Value.class);
    }

    @Test
    void aJobThatNeverNamesItAskedForNothing() throws IOException {
        byte[] renamed = new String(sample("0001.1"), ISO_8859_1)
                .replace("conda_env", "cOnda_env")
                .getBytes(ISO_8859_1);

        assertThat(ExecdJobCopy.parse(renamed)).isEqualTo(new Answer.NotAsked());
    }

    @Test
    void aCutFileTellsNothing() throws IOException {
        String whole = new String(sample("0001.1"), ISO_8859_1);
        String cut = whole.substring(0, whole.indexOf("foo") + 2);

        assertThat(ExecdJobCopy.parse(cut.getBytes(ISO_8859_1))).isEqualTo(new Answer.Unknown());
        assertThat(ExecdJobCopy.parse(new byte[0])).isEqualTo(new Answer.Unknown());
    }

    @Test
    void aMissingFileAndALinkTellNothing(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("job"), sample("0001.1"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);

        assertThat(ExecdJobCopy.read(file)).isEqualTo(new Answer.Value("foo"));
        assertThat(ExecdJobCopy.read(link)).isEqualTo(new Answer.Unknown());
        assertThat(ExecdJobCopy.read(directory.resolve("none"))).isEqualTo(new Answer.Unknown());
    }

    /** What a user writes arrives as C strings, which cannot hold the NULs of the element. */
    @Property
    void noStringOfAUsersLooksLikeARequest(@ForAll String text) throws IOException {
        String sample = new String(sample("0011.1"), ISO_8859_1);
        String users = text.replace("\0", "");
        byte[] forged = sample.replace("conda_env", "conda_env" + users).getBytes(ISO_8859_1);

        assertThat(ExecdJobCopy.parse(forged)).isNotInstanceOf(Answer.Value.class);
    }

    @Property
    void anyBytesAreAnsweredWithoutAnError(@ForAll byte[] bytes) {
        assertThat(ExecdJobCopy.parse(bytes)).isNotNull();
    }
}
