package org.condastagehand.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogLineTest {
    @Test
    void pairsAreInTheOrderInWhichTheyCame() {
        LogLine line =
                new LogLine().with("verdict", "staged").with("files", 509).withSeconds("stage_seconds", 3_104);

        assertThat(line).hasToString("verdict=staged files=509 stage_seconds=3.10");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a b         | \"a b\"",
                "a=b         | \"a=b\"",
                "say \"x\"   | \"say \\\"x\\\"\"",
                "back\\slash | \"back\\\\slash\"",
                "''          | \"\"",
                "/sw/é       | /sw/é"
            })
    void aValueIsQuotedWhereALogfmtReaderNeedsIt(String value, String shown) {
        assertThat(new LogLine().with("env", value)).hasToString("env=" + shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a\nverdict=staged", "a\u001b[31mb", "a\u0000b", "a\u202eb", "a\u2028b", "a\u0085b", "a\rb"})
    void whatCouldForgeALineOrMoveACursorIsShownAsAQuestionMark(String value) {
        String line = new LogLine().with("env", value).toString();

        assertThat(line).contains("?").matches("env=\"?[ -~]*\"?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\"", "\\", "é", "€", "\uD83D\uDE00"})
    void fourKilobytesOfAnythingLeaveALineThatSyslogTakes(String character) {
        String value = character.repeat(4096);
        LogLine line = new LogLine()
                .with("verdict", "failed")
                .with("env", value)
                .with("from", value)
                .with("reason", value)
                .with("more", value);

        assertThat(line.toString().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(LogLine.MOST_BYTES);
        assertThat(line.toString())
                .startsWith("verdict=failed env=")
                .contains("…")
                .contains(" reason=");
    }
}
