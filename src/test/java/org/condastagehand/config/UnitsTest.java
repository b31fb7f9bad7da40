package org.condastagehand.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({"0,0", "0 B,0", "7B,7", "500 MB,500000000", "20 GiB,21474836480", "1.5 kib,1536", "1 TB,1000000000000"})
    void readsSizes(String text, long bytes) {
        assertThat(Units.size(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"0,PT0S", "300 s,PT5M", "5min,PT5M", "1.5 h,PT1H30M", "250 ms,PT0.25S", "2 D,PT48H"})
    void readsTimes(String text, Duration time) {
        assertThat(Units.duration(text)).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "20", "GiB", "-1 GB", "1 EiB", "1 s", "1,5 GB", "1 GB 2 MB", "9999999999 TB", "٣ GB"})
    void refusesWhatIsNoSize(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Units.size(text))
                .withMessage("must be a size such as `20 GiB`, `500 MB` or `0`, got `" + text + "`");
    }

    @Test
    void refusesWhatIsNoTime() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Units.duration("5 minutes"))
                .withMessage("must be a time such as `300 s`, `5 min` or `0`, got `5 minutes`");
    }
}
