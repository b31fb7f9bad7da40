package org.condastagehand.relocate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShebangTest {
    private static final String LONG = "/" + "p".repeat(130);
    private static final Set<String> IN_BIN = Set.of("perl", "python3", "a/b");

    private static Optional<String> mended(String prefix, String script) {
        return new Shebang(Prefix.of(prefix), IN_BIN::contains)
                .mend(script.getBytes(UTF_8))
                .map(bytes -> new String(bytes, UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "#!/usr/bin/env perl -w, #!/p/bin/perl -w",
        "#! /usr/bin/env  perl  -w -T , #!/p/bin/perl -w -T",
        "#!/usr/bin/env ruby -w, #!/usr/bin/env -S ruby -w",
        "#!/usr/bin/env perl Ångström, #!/p/bin/perl Ångström",
    })
    void givesOptionsToAProgramThatEnvWouldNotFind(String line, String mended) {
        assertThat(mended("/p", line + "\nrest\n")).contains(mended + "\nrest\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#!/usr/bin/env perl",
                "#!/usr/bin/env perl ",
                "#!/usr/bin/env -S perl -w",
                "#!/usr/bin/env A=b perl",
                "#!/usr/bin/env a/b -w",
                "#!/usr/bin/env /bin/sh -e",
                "#!/bin/sh -e -u",
                "#!/p/bin/python3 -u",
                "#!",
                "",
                "no shebang"
            })
    void leavesWhatRuns(String line) {
        assertThat(mended("/p", line + "\nrest")).isEmpty();
        assertThat(mended("/p", line)).isEmpty();
    }

    @Test
    void goesThroughEnvWhereTheLineWouldBeCut() {
        assertThat(mended(LONG, "#!" + LONG + "/bin/python3\nx")).contains("#!/usr/bin/env python3\nx");
        assertThat(mended(LONG, "#! " + LONG + "/bin/python3 -u\nx")).contains("#!/usr/bin/env -S python3 -u\nx");
        assertThat(mended(LONG, "#!" + LONG + "/bin/python3 \t\nx")).contains("#!/usr/bin/env python3\nx");
        assertThat(mended(LONG, "#!/usr/bin/env perl -w\nx")).contains("#!/usr/bin/env -S perl -w\nx");
    }

    @Test
    void goesThroughEnvWhereThePrefixHasABlank() {
        assertThat(mended("/a b", "#!/a b/bin/python3 -u\n")).contains("#!/usr/bin/env -S python3 -u\n");
        assertThat(mended("/a b", "#!/usr/bin/env perl -w\n")).contains("#!/usr/bin/env -S perl -w\n");
    }

    @Test
    void cannotMendAnInterpreterThatEnvDoesNotFindByItsName() {
        assertThat(mended(LONG, "#!" + LONG + "/bin/sub/python3\n")).isEmpty();
        assertThat(mended(LONG, "#!" + LONG + "/bin/\n")).isEmpty();
        assertThat(mended(LONG, "#!" + LONG + "/lib/R/bin/Rscript\n")).isEmpty();
    }

    @Test
    void takesALineOf127BytesAndNotOneMore() {
        String prefix = "/" + "p".repeat(127 - "#!/".length() - "/bin/python3".length());
        assertThat(mended(prefix, "#!" + prefix + "/bin/python3\n")).isEmpty();
        assertThat(mended(prefix + "p", "#!" + prefix + "p/bin/python3\n")).isPresent();
    }

    @Test
    void concernsOnlyWhatBeginsLikeAScript() {
        assertThat(Shebang.concerns("#!x".getBytes(UTF_8), 0, 3)).isTrue();
        assertThat(Shebang.concerns("#!".getBytes(UTF_8), 0, 2)).isFalse();
        assertThat(Shebang.concerns(new byte[0], 0, 0)).isFalse();
    }
}
