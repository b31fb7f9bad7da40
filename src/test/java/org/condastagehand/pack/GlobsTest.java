package org.condastagehand.pack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobsTest {
    @ParameterizedTest
    @CsvSource({
        "*.pyc, lib/a/b.pyc, true",
        "*.pyc, lib/a/b.py, false",
        "lib, lib/a/b, true",
        "lib/, lib/a/b, true",
        "./lib, lib/a/b, true",
        "lib, library, false",
        "lib/?, lib/a, true",
        "lib/[ab], lib/b, true",
        "lib/[!ab], lib/b, false",
        "lib/[!ab], lib/c, true",
        "lib/[a-c], lib/b, true",
        "lib/[]], lib/], true",
        "lib/[, lib/[, true",
        "a+b(c).{x}, a+b(c).{x}, true",
        "a+b, aab, false",
        "[&&a^], ^, true",
        "lib/*/tests, lib/x/y/tests/z, true"
    })
    void matchesAsAShellDoesAndAllBelow(String glob, String path, boolean matches) {
        Globs globs = new Globs();
        globs.add(glob, true);

        assertThat(globs.exclude(path).isPresent()).isEqualTo(matches);
    }
}
