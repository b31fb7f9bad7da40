package org.condastagehand.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import org.condastagehand.archive.PrefixRecord.Mode;
import org.condastagehand.host.BadRequest;
import org.condastagehand.relocate.Prefix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnpackScriptTest {
    private static final String BEGIN = "#!/usr/bin/env python\nimport os\n_prefix_records = [\n";

    private static List<PrefixRecord> parse(String script) throws BadRequest {
        return UnpackScript.parse(script.getBytes(UTF_8));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.frequencyOf(
                        Tuple.of(3, Arbitraries.chars().range('!', '~').map(String::valueOf)),
                        Tuple.of(
                                2,
                                Arbitraries.of(
                                        "'", "\"", "\\", "\n", "\t", "\r", "\u007f", "\u0085", "é", "\u200b", "𝄞",
                                        "\u2028", "(", "]", ",")))
                .filter(piece -> !piece.equals("/") && !piece.equals("."))
                .list()
                .ofMinSize(1)
                .ofMaxSize(12)
                .map(pieces -> String.join("", pieces));
    }

    @Property(tries = 2000)
    void readsBackWhatPythonWrites(
            @ForAll @Size(max = 5) List<@From("names") String> paths, @ForAll("names") String placeholder)
            throws BadRequest {
        List<PrefixRecord> records = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (String path : paths) {
            Mode mode = path.length() % 2 == 0 ? Mode.TEXT : Mode.BINARY;
            records.add(new PrefixRecord(path, Prefix.of(placeholder), mode));
            String word = mode.name().toLowerCase(Locale.ROOT);
            lines.add("(" + repr(path) + ", " + repr(placeholder) + ", '" + word + "')");
        }

        assertThat(parse(BEGIN + String.join(",\n", lines) + "\n]\n\nif True: pass\n"))
                .isEqualTo(records);
    }

    /** Arbitrary bytes after the block's beginning, of the alphabet that leads deepest into the parser. */
    @Property(tries = 3000)
    void anyBytesAreRecordsOrARefusal(@ForAll("noise") String noise) {
        try {
            parse(BEGIN + noise);
        } catch (BadRequest e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Property
    void anyBytesAtAllAreRecordsOrARefusal(@ForAll byte[] noise) {
        try {
            UnpackScript.parse(noise);
        } catch (BadRequest e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Provide
    Arbitrary<String> noise() {
        return Arbitraries.of(
                        "(",
                        ")",
                        "]",
                        ",",
                        "'",
                        "\"",
                        "\\",
                        "\\x4",
                        "\\ud8",
                        "\\u00e9",
                        "\\U0010ffff",
                        "\\Uffffffff",
                        "\n",
                        " ",
                        "'a'",
                        "('a', '/p', 'text')",
                        "'text'",
                        "'binary'",
                        "a",
                        "\\x+1",
                        "é")
                .list()
                .ofMaxSize(25)
                .map(pieces -> String.join("", pieces));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "('a', '/p', 'text')",
                "('a', '/p', 'text'",
                "('a', '/p')]",
                "('a', '', 'text')]",
                "('a', '/p', 'tekst')]",
                "('../a', '/p', 'text')]",
                "('/a', '/p', 'text')]",
                "('a\\udc80', '/p', 'text')]",
                "('a', '/p\\udc80', 'text')]",
                "('a', '/p\\x00', 'text')]",
                "('a\\x00', '/p', 'text')]",
                "('a', '/p\\x+1', 'text')]",
                "('a', '/p\\x1', 'text')]",
                "('a', '/p\\q', 'text')]",
                "('a', '/p\\U00110000', 'text')]",
                "('a', '/p\\Uffffffff', 'text')]",
                "('a', '/p\\U100000041', 'text')]",
                "('a', '/p\\",
                "('a', '/p\n', 'text')]",
                "(b'a', '/p', 'text')]",
                "('a' 'b', '/p', 'text')]",
                "(os.system('id'), '/p', 'text')]"
            })
    void refusesWhatCondaPackDoesNotWrite(String block) {
        assertThatThrownBy(() -> parse(BEGIN + block))
                .isInstanceOf(BadRequest.class)
                .hasMessageNotContaining("\n");
    }

    @Test
    void refusesAScriptWithoutABlock() {
        assertThatThrownBy(() -> parse("#!/bin/sh\n x_prefix_records = [\n]\n"))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("_prefix_records");
    }

    @Test
    void aBadByteInAPlaceholderIsRefusedAndNotGuessedAt() {
        byte[] script = (BEGIN + "('a', '/p?', 'text')]").getBytes(UTF_8);
        script[script.length - "?', 'text')]".length()] = (byte) 0xff;
        assertThatThrownBy(() -> UnpackScript.parse(script)).isInstanceOf(BadRequest.class);
    }

    @Test
    void readsAnEmptyBlockAndATrailingComma() throws BadRequest {
        assertThat(parse("_prefix_records = []")).isEmpty();
        assertThat(parse(BEGIN + "('a', '/p', 'text',),\n]")).hasSize(1);
    }

    @Test
    void refusesMoreRecordsThanAnyEnvironmentHasFiles() {
        String block = "('a','/p','text'),".repeat((1 << 20) + 1);
        assertThatThrownBy(() -> parse(BEGIN + block + "]")).isInstanceOf(BadRequest.class);
    }

    /** Python's: single quotes unless there are only such inside; what is not printable is escaped. */
    private static String repr(String text) {
        char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
        StringBuilder literal = new StringBuilder().append(quote);
        text.codePoints().forEach(c -> {
            if (c == quote || c == '\\') {
                literal.append('\\').appendCodePoint(c);
            } else if (c == '\n' || c == '\r' || c == '\t') {
                literal.append(c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
            } else if (c < ' ' || (c >= 0x7f && c < 0xa1)) {
                literal.append(String.format(Locale.ROOT, "\\x%02x", c));
            } else if (c == 0x200b || c == 0x2028) {
                literal.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else if (c == 0x1d11e) {
                literal.append(String.format(Locale.ROOT, "\\U%08x", c));
            } else {
                literal.appendCodePoint(c);
            }
        });
        return literal.append(quote).toString();
    }
}
