package org.condastagehand.pack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopeTest {
    @ParameterizedTest
    @CsvSource({
        "bin/a, bin/b, b",
        "bin/a, lib/b, ../lib/b",
        "a, lib/b, lib/b",
        "a, '', .",
        "lib/a/b/c, '', ../../..",
        "lib/a/b/c, lib/a/x/y, ../x/y",
        "lib/a, lib, ../lib",
        "bin/a, bin/../lib/x, ../lib/x",
        "bin/a, bin/c/, c"
    })
    void aLinkIsMadeRelative(String link, String inside, String relative) {
        assertThat(Scope.Original.relative(link, inside)).isEqualTo(relative);
    }
}
