package org.condastagehand.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CondaRcTest {
    static Stream<Arguments> texts() {
        return Stream.of(
                arguments("", List.of()),
                arguments("channels: [conda-forge]\n", List.of()),
                arguments("envs_dirs:\n  - /a\n  - ~/b\n", List.of("/a", "~/b")),
                arguments("envs_dirs:\n- /a\n- /b\nchannels:\n- c\n", List.of("/a", "/b")),
                arguments("envs_path:\n  - /a\n", List.of("/a")),
                arguments("\"envs_dirs\" :\n  - /a\n", List.of("/a")),
                arguments(
                        "\uFEFFenvs_dirs: # mine\r\n  # the first\r\n\r\n  - /a # big\r\n  - /b#c\r\n",
                        List.of("/a", "/b#c")),
                arguments(
                        "envs_dirs:\n  - \"/a b\"\n  - '/it''s'\n  - \"/q\\\"q\"\n", List.of("/a b", "/it's", "/q\"q")),
                arguments("envs_dirs:\n  - '/a # b' # c\n", List.of("/a # b")),
                arguments("envs_dirs: [/a, \"/b, c\", '/d']\n", List.of("/a", "/b, c", "/d")),
                arguments("envs_dirs: [\n  /a, # one\n  /b\n]\nx: [/c]\n", List.of("/a", "/b")),
                arguments("envs_dirs: [ ]\nx: [/c]\n", List.of()),
                arguments("envs_dirs: /a # one\n", List.of("/a")),
                arguments("envs_dirs:\n  - ~\n  -\n  - null\n  - ''\n", List.of()),
                arguments("envs_dirs:\n---\n- /a\n", List.of()),
                arguments("plugins:\n  envs_dirs: [/a]\n", List.of()),
                arguments("# envs_dirs: [/a]\nenvs_dirs_x: [/b]\n", List.of()),
                arguments("envs_dirs: [[/a], /b]\n", List.of()),
                arguments("envs_dirs: [/a, \"/b", List.of("/a")),
                arguments("{ not yaml ]\nenvs_dirs: [/a]\n", List.of("/a")));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void readsTheDirectories(String text, List<String> directories) {
        assertThat(CondaRc.envsDirs(text)).isEqualTo(directories);
    }

    @Property
    void neverThrows(@ForAll("condarcs") String text) {
        assertThat(CondaRc.envsDirs(text)).doesNotContainNull().doesNotContain("");
    }

    @Provide
    Arbitrary<String> condarcs() {
        Arbitrary<String> pieces = Arbitraries.of(
                "envs_dirs:",
                "envs_path:",
                "\n",
                "  - ",
                "- ",
                "[",
                "]",
                "{",
                ",",
                "'",
                "''",
                "\"",
                "\\",
                "#",
                " #",
                "~",
                "/a",
                "\r",
                "\uFEFF",
                ":",
                "\t",
                "\0",
                "\uD800");
        return Arbitraries.oneOf(
                Arbitraries.strings(),
                pieces.list().ofMaxSize(40).map(list -> String.join("", list)),
                pieces.list().ofMaxSize(40).map(list -> "envs_dirs: [" + String.join("", list)));
    }
}
