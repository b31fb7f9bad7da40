package org.condastagehand.stage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeenPathsTest {
    @Test
    void holdsWhatWasAddedAndNothingElse() {
        SeenPaths seen = new SeenPaths();
        for (int i = 0; i < 50_000; i++) {
            assertThat(seen.add("path/" + i)).isTrue();
        }
        for (int i = 0; i < 50_000; i++) {
            assertThat(seen.add("path/" + i)).isFalse();
            assertThat(seen.holds("path/" + i)).isTrue();
            assertThat(seen.holds("other/" + i)).isFalse();
        }
    }
}
