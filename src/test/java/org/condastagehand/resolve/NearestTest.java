package org.condastagehand.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
    @ParameterizedTest
    @CsvSource({"'', '', 0", "abc, ABC, 0", "abc, abd, 1", "abc, '', 3", "kitten, sitting, 3", "ml, html, 2"})
    void countsTheChangesFromOneNameToAnother(String left, String right, int changes) {
        assertThat(Nearest.distance(left, right)).isEqualTo(changes);
        assertThat(Nearest.distance(right, left)).isEqualTo(changes);
    }

    @Test
    void guessesOnlyWhatIsNear() {
        List<String> names = List.of("pytorch", "pytorch2", "tensorflow");

        assertThat(Nearest.to("pytroch", names)).contains("pytorch");
        assertThat(Nearest.to("Pytorch2", names)).contains("pytorch2");
        assertThat(Nearest.to("jax", names)).isEmpty();
    }
}
