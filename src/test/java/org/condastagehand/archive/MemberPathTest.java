package org.condastagehand.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.condastagehand.host.BadRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemberPathTest {
    @ParameterizedTest
    @CsvSource({
        "a/b, a/b",
        "./a, a",
        "a//b, a/b",
        "a/./b/, a/b",
        "., ''",
        "./, ''",
        "'', ''",
        "..., ...",
        "..a/b.., ..a/b..",
        "-rf, -rf",
        "'a b\n', 'a b\n'",
        "ünï/名, ünï/名"
    })
    void keepsWhatStaysInside(String name, String path) throws BadRequest {
        assertThat(MemberPath.check(name)).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/a", "..", "a/..", "../a", "a/../b", "./..", "a\0b", "a\uFFFD", "a\udc80", "\ud800/a"})
    void refusesWhatLeavesOrIsNoName(String name) {
        assertThatThrownBy(() -> MemberPath.check(name)).isInstanceOf(BadRequest.class);
    }

    @Test
    void knowsHowLongANameMayBe() throws BadRequest {
        assertThat(MemberPath.check("é".repeat(127))).hasSize(127);
        for (String name : new String[] {"é".repeat(128), "a/".repeat(1600) + "a", "x".repeat(1 << 20)}) {
            assertThatThrownBy(() -> MemberPath.check(name))
                    .isInstanceOf(BadRequest.class)
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
        }
    }

    @Property
    void isItsOwnFixedPoint(@ForAll @Chars({'a', '.', '/', 'é', '\ud800'}) String name) throws BadRequest {
        try {
            String path = MemberPath.check(name);
            assertThat(MemberPath.check(path)).isEqualTo(path);
            assertThat("/" + path + "/").doesNotContain("/../").doesNotContain("/./");
        } catch (BadRequest e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
