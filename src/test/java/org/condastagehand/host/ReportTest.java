package org.condastagehand.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Report report = new Report(new PrintStream(bytes, true, StandardCharsets.UTF_8), false);

    private String said() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void tellsAFailureAndItsHintInALineEach() {
        report.error(new BadRequest("no `x`\nthere", "type\u001b[31m this", new IOException("a\n b")));

        assertThat(said())
                .isEqualTo("conda-stagehand: error: no `x`?there: a b\nconda-stagehand: hint: type?[31m this\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u001b", "\u009b", "\r", "\n", "\t", "\u0007", "\u007f", "\u202e", "\u2066", "\u2028", "\u2029",
                "\u200f"
            })
    void whatMovesACursorOrTurnsTextRoundIsNotPrinted(String character) {
        assertThat(Report.printable("a" + character + "b")).isEqualTo("a?b");
    }

    @Test
    void namesOfAllScriptsArePrinted() {
        assertThat(Report.printable("ünï 名 𝄞 (job 1)")).isEqualTo("ünï 名 𝄞 (job 1)");
    }

    @Test
    void saysNothingWhileItIsMute() {
        report.mute();
        report.warn("unheard");
        report.unmute();
        report.info("heard");
        assertThat(said()).isEqualTo("conda-stagehand: heard\n");
    }

    @Test
    void tellsWhatErrnoWouldSay() {
        assertThat(Causes.oneLine(new NoSuchFileException("/x"))).isEqualTo("no such file or directory");
        assertThat(Causes.oneLine(new IOException())).isEqualTo("IOException");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 1.0 KiB",
        "10239, 10 KiB",
        "897581056, 856 MiB",
        "9223372036854775807, 8192 PiB"
    })
    void sizesAreShort(long size, String text) {
        assertThat(Sizes.text(size)).isEqualTo(text);
    }

    @Test
    void whoWantsItQuietIsStillToldOfWarningsAndErrors() {
        Report quiet = new Report(new PrintStream(bytes, true, StandardCharsets.UTF_8), false, Detail.QUIET);
        quiet.info("all is well");
        quiet.detail("and how");
        quiet.warn("the original is used");
        quiet.error("no space");
        quiet.hint("df");

        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        conda-stagehand: warning: the original is used
                        conda-stagehand: error: no space
                        conda-stagehand: hint: df
                        """);
    }

    @Test
    void detailsAreForWhoAsks() {
        report.detail("not asked");
        new Report(new PrintStream(bytes, true, StandardCharsets.UTF_8), false, Detail.MORE).detail("asked");

        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("conda-stagehand: asked\n");
        assertThat(Detail.of("2")).hasValue(Detail.MORE);
        assertThat(Detail.of("3")).isEmpty();
        assertThat(Detail.of("")).isEmpty();
    }
}
