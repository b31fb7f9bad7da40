package org.condastagehand.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BuffersTest {
    @Test
    void arraysThatWaitToBeUsedAgainCountTooWhateverTheirSizes() throws Exception {
        Buffers buffers = new Buffers();
        for (int size = 1; size <= Buffers.LARGEST; size *= 2) {
            List<byte[]> taken = new ArrayList<>();
            for (long sum = 0; sum + Math.max(size, 1 << 14) <= Buffers.BUDGET; sum += taken.get(0).length) {
                taken.add(buffers.take(size));
            }
            taken.forEach(buffers::giveBack);
            assertThat(buffers.held()).isLessThanOrEqualTo(Buffers.BUDGET);
        }
    }

    @Test
    void anArrayIsUsedAgain() throws Exception {
        Buffers buffers = new Buffers();
        byte[] first = buffers.take(100_000);
        buffers.giveBack(first);

        assertThat(buffers.take(70_000)).isSameAs(first).hasSize(1 << 17);
    }
}
