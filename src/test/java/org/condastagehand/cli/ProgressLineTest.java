package org.condastagehand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.condastagehand.host.Exec;
import org.condastagehand.host.Host;
import org.condastagehand.host.User;
import org.junit.jupiter.api.Test;

/** In a log; a terminal's bar is looked at by the integration tests, on a terminal. */
class ProgressLineTest {
    private static final long MIB = 1 << 20;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final ByHand clock = new ByHand();

    /** Goes on when it is told to. */
    private static final class ByHand extends Clock {
        private long now = 1_000_000;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(now);
        }
    }

    private ProgressLine line(boolean quiet, long expected) {
        Exec none = (command, limit) -> new Exec.Result(1, "", "");
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        Map<String, String> environment = Map.of("TERM", "xterm");
        return new ProgressLine(
                new Host(environment, Path.of("/"), new User(1000, 1000), clock, none, stream, stream),
                quiet,
                expected);
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void saysEveryFewSecondsHowFarItIsHowFastAndHowLongStill() {
        try (ProgressLine line = line(false, 0)) {
            line.begins(400 * MIB);
            for (int second = 0; second < 10; second++) {
                clock.now += 1000;
                line.advances(20 * MIB);
            }
        }
        assertThat(said().lines())
                .containsExactly(
                        "conda-stagehand: 25 % of 400 MiB, 20 MiB/s, 15 s left",
                        "conda-stagehand: 50 % of 400 MiB, 20 MiB/s, 10 s left");
    }

    @Test
    void claimsNothingAboutASizeThatNobodyKnows() {
        try (ProgressLine line = line(false, 0)) {
            line.begins(0);
            clock.now += 6000;
            line.advances(60 * MIB);
        }
        assertThat(said()).isEqualTo("conda-stagehand: 60 MiB, 10 MiB/s\n");
    }

    @Test
    void takesTheLargerOfTwoSizes() {
        try (ProgressLine line = line(false, 100 * MIB)) {
            line.begins(40 * MIB);
            clock.now += 5000;
            line.advances(50 * MIB);
        }
        assertThat(said()).startsWith("conda-stagehand: 50 % of 100 MiB");
    }

    @Test
    void saysNothingOfWhatIsShort() {
        try (ProgressLine line = line(false, 0)) {
            line.begins(100 * MIB);
            clock.now += 4900;
            line.advances(99 * MIB);
        }
        assertThat(said()).isEmpty();
    }

    @Test
    void isSilentWhenAskedAndAfterTheEnd() {
        try (ProgressLine line = line(true, 0)) {
            line.begins(100 * MIB);
            clock.now += 6000;
            line.advances(50 * MIB);
        }
        ProgressLine ended = line(false, 0);
        ended.begins(100 * MIB);
        ended.close();
        clock.now += 6000;
        ended.advances(50 * MIB);
        assertThat(said()).isEmpty();
    }
}
