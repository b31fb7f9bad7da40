package org.condastagehand.pack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ByteOrderedTest {
    @Property
    void pathsAreOrderedAsTheirBytesAre(@ForAll String left, @ForAll String right) {
        if (UTF_8.newEncoder().canEncode(left) && UTF_8.newEncoder().canEncode(right)) {
            assertThat(Integer.signum(ByteOrdered.compare(left, right)))
                    .isEqualTo(Integer.signum(Arrays.compareUnsigned(left.getBytes(UTF_8), right.getBytes(UTF_8))));
        }
    }
}
