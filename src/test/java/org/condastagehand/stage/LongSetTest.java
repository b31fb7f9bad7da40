package org.condastagehand.stage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LongSetTest {
    @Test
    void holdsWhatWasAddedAndNothingElse() {
        LongSet set = new LongSet();
        for (int i = 0; i < 50_000; i++) {
            assertThat(set.add("path/" + i)).isFalse();
        }
        for (int i = 0; i < 50_000; i++) {
            assertThat(set.add("path/" + i)).isTrue();
            assertThat(set.holds("path/" + i)).isTrue();
            assertThat(set.holds("other/" + i)).isFalse();
        }
    }
}
