package org.condastagehand.pack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListingTest {
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
        assertThat(Listing.relative(link, inside)).isEqualTo(relative);
    }

    @Property
    void pathsAreOrderedAsTheirBytesAre(@ForAll String left, @ForAll String right) {
        if (UTF_8.newEncoder().canEncode(left) && UTF_8.newEncoder().canEncode(right)) {
            assertThat(Integer.signum(ByteOrdered.compare(left, right)))
                    .isEqualTo(Integer.signum(Arrays.compareUnsigned(left.getBytes(UTF_8), right.getBytes(UTF_8))));
        }
    }
}
