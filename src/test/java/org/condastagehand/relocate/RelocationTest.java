package org.condastagehand.relocate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.condastagehand.relocate.Relocation.InMemory;
import org.condastagehand.relocate.Relocation.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RelocationTest {
    private static final Relocation.Scratch SCRATCH = SeekableInMemoryByteChannel::new;
    private static final List<String> PREFIXES =
            List.of("/", "a", "aa", "/a/a/a", "/a/a", "/aa", "/a/b/a", "/b", "/é/a", "/a/a/a/a/a/a/a/a");

    @Provide
    Arbitrary<Prefix> prefixes() {
        return Arbitraries.of(PREFIXES).map(Prefix::of);
    }

    /** Contents in which prefixes, pieces of prefixes and NULs stand close together. */
    @Provide
    Arbitrary<byte[]> contents() {
        Arbitrary<String> pieces = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.of(PREFIXES)),
                Tuple.of(3, Arbitraries.of("\0", "\0\0", "\0\0\0\0\0\0\0\0", "/", "b", "\n", "\u00ff")));
        return pieces.list().ofMaxSize(40).map(list -> latin(String.join("", list)));
    }

    @Property(tries = 3000)
    void textInMemoryIsWhatCondaUnpackWrites(
            @ForAll("contents") byte[] content, @ForAll("prefixes") Prefix from, @ForAll("prefixes") Prefix to) {
        InMemory result = new TextRelocation(from, to).apply(content.clone());

        assertThat(result.content()).isEqualTo(CondaUnpack.text(content, from, to));
        assertThat(result.outcome() == Outcome.CHANGED)
                .isEqualTo(from.standsIn(content, 0, content.length) && !from.equals(to));
    }

    @Property(tries = 3000)
    void binaryInMemoryIsWhatCondaUnpackWrites(
            @ForAll("contents") byte[] content, @ForAll("prefixes") Prefix from, @ForAll("prefixes") Prefix to) {
        InMemory result = new BinaryRelocation(from, to).apply(content.clone());

        Optional<byte[]> expected = CondaUnpack.binary(content, from, to);
        assertThat(result.outcome() == Outcome.DOES_NOT_FIT).isEqualTo(expected.isEmpty());
        assertThat(result.content()).isEqualTo(expected.orElse(content));
        assertThat(result.content()).hasSameSizeAs(content);
    }

    @Property(tries = 3000)
    void aFileBecomesWhatTheSameContentInMemoryBecomes(
            @ForAll("contents") byte[] content,
            @ForAll("prefixes") Prefix from,
            @ForAll("prefixes") Prefix to,
            @ForAll @IntRange(min = 1, max = 40) int block,
            @ForAll @IntRange(min = 0, max = 9) int slack)
            throws IOException {
        TextRelocation text = new TextRelocation(from, to);
        assertThat(onFile(content, file -> text.apply(file, SCRATCH, block))).isEqualTo(onBytes(text, content));
        BinaryRelocation binary = new BinaryRelocation(from, to, slack);
        assertThat(onFile(content, file -> binary.apply(file, SCRATCH, block))).isEqualTo(onBytes(binary, content));
    }

    /** The installed prefix stands nowhere else: the disk does not tell what conda wrote from what was always there. */
    @Property(tries = 3000)
    void whatCondaShortenedMayGrowAgainIntoItsPadding(
            @ForAll("contents") byte[] content,
            @ForAll("prefixes") Prefix placeholder,
            @ForAll @IntRange(min = 1, max = 9) int installedLength,
            @ForAll("prefixes") Prefix to) {
        Prefix installed = Prefix.of("/installed".substring(0, installedLength + 1));
        Assume.that(installed.length() <= placeholder.length() && to.length() <= placeholder.length());
        byte[] onDisk = CondaUnpack.binary(content, placeholder, installed).orElseThrow();

        int slack = placeholder.length() - installed.length();
        InMemory result = new BinaryRelocation(installed, to, slack).apply(onDisk);

        assertThat(result.outcome()).isNotEqualTo(Outcome.DOES_NOT_FIT);
        assertThat(result.content())
                .isEqualTo(CondaUnpack.binary(content, placeholder, to).orElseThrow());
    }

    @Test
    void aRefusalLeavesTheFileAsItWasThoughTheFirstStringsWouldFit() {
        byte[] content = latin("/old\0\0\0\0\0\0 /old/x\0 and /old\0");

        assertThat(onFile(content, file -> new BinaryRelocation(Prefix.of("/old"), Prefix.of("/older"), 5)
                        .apply(file, SCRATCH)))
                .isEqualTo(new Result(Outcome.DOES_NOT_FIT, text(content)));
    }

    @Test
    void aBinaryNeverChangesItsSizeWhenAStringGrowsIntoPadding() {
        byte[] content = latin("x/old:/old/lib\0\0\0\0\0y");

        InMemory grown = new BinaryRelocation(Prefix.of("/old"), Prefix.of("/newer"), 2).apply(content);

        assertThat(text(grown.content())).isEqualTo("x/newer:/newer/lib\0y");
    }

    @Test
    void paddingThatIsCutOffByTheEndOfTheFileIsNoProof() {
        byte[] content = latin("/old\0\0");

        assertThat(new BinaryRelocation(Prefix.of("/old"), Prefix.of("/olde"), 2)
                        .apply(content)
                        .outcome())
                .isEqualTo(Outcome.DOES_NOT_FIT);
    }

    @Test
    void aTextWithoutThePrefixNeedsNoScratchFile() throws IOException {
        try (SeekableByteChannel file = new SeekableInMemoryByteChannel(latin("nothing here"))) {
            Outcome outcome = new TextRelocation(Prefix.of("/old"), Prefix.of("/new")).apply(file, () -> {
                throw new AssertionError("a scratch file for nothing");
            });
            assertThat(outcome).isEqualTo(Outcome.UNCHANGED);
        }
    }

    @Test
    void shortStringsOfALargeBinaryNeedNoScratchFile() throws IOException {
        byte[] content = latin("/old/lib/libx.so\0".repeat(100_000));
        try (SeekableByteChannel file = new SeekableInMemoryByteChannel(content)) {
            Outcome outcome = new BinaryRelocation(Prefix.of("/old"), Prefix.of("/n")).apply(file, () -> {
                throw new AssertionError("a scratch file for a few bytes");
            });
            assertThat(outcome).isEqualTo(Outcome.CHANGED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/x\ud800", "\udcff"})
    void aPrefixIsTextThatFilesCanHold(String text) {
        assertThatThrownBy(() -> Prefix.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"/a/b, true", "/a/b/c, true", "/a/bc, false", "/a, false", "/x/a/b, false"})
    void aPrefixHoldsWhatLiesInIt(String path, boolean held) {
        assertThat(Prefix.of("/a/b").holds(path)).isEqualTo(held);
    }

    /** What became of a content, comparable. */
    private record Result(Outcome outcome, String content) {}

    /** A relocation of a file. */
    private interface OnFile {
        Outcome apply(SeekableByteChannel file) throws IOException;
    }

    private static Result onFile(byte[] content, OnFile relocation) {
        try (SeekableInMemoryByteChannel file = new SeekableInMemoryByteChannel(content.clone())) {
            Outcome outcome = relocation.apply(file);
            return new Result(outcome, text(file.array()).substring(0, (int) file.size()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Result onBytes(Relocation relocation, byte[] content) {
        InMemory result = relocation.apply(content.clone());
        return new Result(result.outcome(), text(result.content()));
    }

    private static byte[] latin(String text) {
        boolean bytes = text.chars().allMatch(c -> c < 0x100 && c != 0xe9);
        return text.getBytes(bytes ? ISO_8859_1 : UTF_8);
    }

    private static String text(byte[] content) {
        return new String(content, ISO_8859_1);
    }
}
