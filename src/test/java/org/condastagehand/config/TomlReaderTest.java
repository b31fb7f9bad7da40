package org.condastagehand.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TomlReaderTest {
    private static TomlReader toml(String text) {
        return TomlReader.of(text.getBytes(UTF_8));
    }

    private static Optional<String> text(TomlReader toml, String key) {
        return toml.text(key, Function.identity());
    }

    /** The complaint when `env` is the one key that somebody asks for. */
    private static String complaintAbout(String text) {
        TomlReader toml = toml(text);
        toml.texts("env");
        return toml.complaint().orElse("");
    }

    @Test
    void readsEachTypeOfValue() {
        TomlReader toml = toml("""
                name = "Ünï # no comment"   # a comment
                literal = 'C:\\dir'
                on = true
                off = false
                count = 1_0
                some = [
                  "a", # first
                  'b',
                ]
                free = "20 GiB"
                wait = "5 min"
                [envs]
                "r-4.3" = "/a"  # don't trip over this
                ml = "/b"
                """);

        assertThat(text(toml, "name")).contains("Ünï # no comment");
        assertThat(text(toml, "literal")).contains("C:\\dir");
        assertThat(toml.bool("on")).contains(true);
        assertThat(toml.bool("off")).contains(false);
        assertThat(toml.integer("count", 0, 10)).contains(10);
        assertThat(toml.texts("some")).contains(List.of("a", "b"));
        assertThat(toml.texts("name")).contains(List.of("Ünï # no comment"));
        assertThat(toml.size("free")).contains(20L << 30);
        assertThat(toml.duration("wait")).contains(Duration.ofMinutes(5));
        assertThat(toml.table("envs", Function.identity())).containsOnlyKeys("ml", "r-4.3");
        assertThat(text(toml, "absent")).isEmpty();
        assertThat(toml.complaint()).isEmpty();
    }

    @Test
    void forgivesWhatEditorsPutIn() {
        assertThat(text(toml("\uFEFF# head\r\nenv = \"x\"\r\n"), "env")).contains("x");
    }

    @Test
    void knowsTheLineBehindAnApostropheInTheCommentOfATable() {
        assertThat(complaintAbout("[a] # don't\nx = 1\n\nenv = \"y\"\ny = \n")).contains("line 5: a.y: has no value");
    }

    /** Left: a file, with | for a line break. Right: what is said of it. Each stands for a defect of TOML4J 0.7.2. */
    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "|env = 12345678901234567890 => line 2: env: number out of range",
                "env = => line 1: env: has no value",
                "env = # soon => line 1: env: has no value",
                "a.env = 1 => line 1: dotted keys are not understood here: write the table as `[table]` above the key",
                "env = {a = 1} => line 1: env: not a text in quotes, a list of them, `true`, `false` or a whole number",
                "env = [\"a\" \"b\"] => line 1: env: not a text in quotes, a list of them, `true`, `false` or a whole number",
                "env = [\"a\",,\"b\"] => line 1: env: not a text in quotes, a list of them, `true`, `false` or a whole number",
                "env = truely => line 1: env: not a text in quotes, a list of them, `true`, `false` or a whole number",
                "env = 1 2 => line 1: env: not a text in quotes, a list of them, `true`, `false` or a whole number",
                "my key = 1 => line 1: neither `key = value` nor `[table]`",
                "[my table] => line 1: not the name of a table: `[my table]`",
                "env = 1.5 => line 1: env: not a text in quotes, a list of them, `true`, `false` or a whole number",
                "env = 2026-01-01T00:00:00Z => line 1: env: not a text in quotes, a list of them, `true`, `false` or a whole number",
                "env = \"a\" \"b\" => line 1: env: not a text in quotes, a list of them, `true`, `false` or a whole number",
                "env = [\"a\", => line 1: env: its `[` is not closed",
                "env = \"a|b = \"c\" => line 1: env: closing \" is missing; line 2: b: unknown key, known are `env`",
                "env = \"a\\\\\" => line 1: env: `\\` is not understood here between double quotes: use single ones",
                "env = \"\\u00zz\" => line 1: env: `\\` is not understood here between double quotes: use single ones",
                "env = \"\"\"a\"\"\" => line 1: env: three quotes in a row are not understood here",
                "'env' = 1 => line 1: env: a key in single quotes is not understood here: use double ones",
                "env = \"a\"|env = \"b\" => line 2: env: stands in line 1 already",
                "env = \"a\"|[env] => line 2: env: stands in line 1 already",
                "[a]|[a] => line 1: a: unknown table, known are `env`; line 2: a: stands in line 1 already",
                "[a.b] => line 1: not the name of a table: `[a.b]`",
                "[[env]] => line 1: not the name of a table: `[[env]]`",
                "[env|x = 1 => line 1: not the name of a table: `[env`; line 2: x: unknown key, known are `env`",
                "env => line 1: neither `key = value` nor `[table]`",
                "= 1 => line 1: neither `key = value` nor `[table]`",
                "env = \"x\u0000\" => line 1: env: control character between quotes",
                "env = \u0007\"x\" => line 1: env: control character",
            })
    void refusesWithTheLineWhatTheLibraryWouldGetWrong(String file, String complaint) {
        assertThat(complaintAbout(file.replace('|', '\n'))).isEqualTo(complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "enw = \"x\" => line 1: enw: unknown key, did you mean `env`?",
                "[enf]|a = 1 => line 1: enf: unknown table, did you mean `env`?",
                "something = 1 => line 1: something: unknown key, known are `env`",
                "env = 3 => line 1: env: must be a text in quotes or a list of them, got `3`",
                "|[env]|a = 1 => line 2: env: must be a text in quotes or a list of them, got `{a=1}`",
                "b = 1|env = true => line 1: b: unknown key, known are `env`; line 2: env: must be a text in quotes or a list of "
                        + "them, got `true`",
            })
    void namesEveryBadKey(String file, String complaint) {
        assertThat(complaintAbout(file.replace('|', '\n'))).isEqualTo(complaint);
    }

    @Test
    void saysOneLineHoweverManyProblemsThereAre() {
        String file = "a = \n".repeat(40) + "b".repeat(5000) + " = 1\n";

        assertThat(complaintAbout(file))
                .doesNotContain("\n")
                .endsWith("; and 31 more")
                .hasSizeLessThan(1000);
    }

    @Test
    void survivesFiveThousandBrackets() {
        assertThat(complaintAbout("env = " + "[".repeat(5000))).isEqualTo("line 1: env: its `[` is not closed");
        assertThat(complaintAbout("[".repeat(5000))).startsWith("line 1: not the name of a table: `[[[");
        assertThat(complaintAbout("env = " + "[".repeat(5000) + "]".repeat(5000)))
                .startsWith("line 1: env: not a");
    }

    @Test
    void readsTheLongestFileThereMayBe() {
        String list = "\"a\",".repeat(16_000);
        TomlReader toml = toml("env = [" + list + "]");

        assertThat(toml.texts("env").orElseThrow()).hasSize(16_000);
        assertThat(complaintAbout("#".repeat(TomlReader.LIMIT))).isEmpty();
        assertThat(complaintAbout("#".repeat(TomlReader.LIMIT + 1))).isEqualTo("longer than 64 KiB");
    }

    @Test
    void namesTheLineThatIsNotUtf8() {
        TomlReader toml = TomlReader.of("# ok\nenv = \"caf\u00e9\"\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(toml.complaint()).contains("line 2: not UTF-8");
    }

    @Property(tries = 500)
    void neverThrowsOnAnyBytes(@ForAll byte[] bytes) {
        TomlReader toml = TomlReader.of(bytes);
        toml.texts("env");

        assertThat(toml.complaint().orElse("")).doesNotContain("\n");
    }

    @Property(tries = 1000)
    void neverThrowsOnWhatLooksLikeToml(
            @ForAll
                    @CharRange(from = '[', to = ']')
                    @CharRange(from = '"', to = '\'')
                    @CharRange(from = '\n', to = '\n')
                    @CharRange(from = '+', to = '=')
                    @CharRange(from = 'a', to = 'e')
                    String text) {
        TomlReader toml = toml(text);
        toml.integer("a", 0, 1);
        toml.table("b", Units::size);

        assertThat(toml.complaint().orElse("")).doesNotContain("\n");
    }
}
