package org.condastagehand.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.condastagehand.host.NodeFault;
import org.condastagehand.observe.Course.Arrival;
import org.condastagehand.observe.Course.Phase;
import org.condastagehand.observe.Course.Source;
import org.condastagehand.observe.Course.Verdict;
import org.junit.jupiter.api.Test;

class CourseTest {
    private final Ticking clock = new Ticking();
    private final Course course = new Course(clock);

    @Test
    void aStagingIsToldWithWhatItCameFromAndWhatEachPhaseTook() {
        course.asks("demo", 1);
        clock.go(120);
        course.ended(Phase.RESOLVE);
        course.arrived(new Arrival(Source.ARCHIVE, Path.of("/a/demo.tar.gz"), 509, 5_000_000));
        clock.go(3_000);
        course.ended(Phase.STAGE);
        clock.go(7);
        course.ended(Phase.ACTIVATE);

        assertThat(course.line())
                .isEqualTo("verdict=staged source=archive env=demo from=/a/demo.tar.gz files=509 bytes=5000000"
                        + " resolve_seconds=0.12 stage_seconds=3.00 activate_seconds=0.01");
    }

    @Test
    void ofSeveralTheFirstIsNamedAndAllAreCounted() {
        course.asks("one", 2);
        course.arrived(new Arrival(Source.CACHE, Path.of("/a/one.tar.gz"), 0, 0));
        course.arrived(new Arrival(Source.PREFIX, Path.of("/a/two"), 5, 50));

        assertThat(course.line())
                .isEqualTo("verdict=staged source=cache env=one envs=2 from=/a/one.tar.gz files=5 bytes=50");
    }

    @Test
    void aFailureIsToldWithItsReason() {
        course.asks("demo", 1);
        clock.go(50);
        course.ended(Phase.RESOLVE);

        assertThat(course.line(Verdict.FALLBACK, new NodeFault("no space on `/x`")))
                .isEqualTo("verdict=fallback env=demo resolve_seconds=0.05 reason=\"no space on `/x`\"");
    }

    @Test
    void aNameThatSaysAnotherVerdictIsAName() {
        course.asks("x verdict=staged source=cache", 1);

        assertThat(course.line(Verdict.FAILED, new NodeFault("no")))
                .isEqualTo("verdict=failed env=\"x verdict=staged source=cache\" reason=no");
    }

    @Test
    void whatIsWorthRememberingIsOneEnvironmentThatWasNotThere() {
        Arrival archive = new Arrival(Source.ARCHIVE, Path.of("/a/demo.tar.gz"), 509, 5_000_000);
        assertThat(course.last("n1", Instant.EPOCH)).isEmpty();
        course.arrived(archive);
        clock.go(1_500);
        course.ended(Phase.STAGE);

        assertThat(course.last("n1", Instant.EPOCH))
                .hasValue(new LastStaging(
                        archive.from(), Source.ARCHIVE, Instant.EPOCH, "n1", 509, 5_000_000, 1_500, 1_500));
        course.arrived(archive);
        assertThat(course.last("n1", Instant.EPOCH)).isEmpty();
    }

    private static final class Ticking extends Clock {
        private long now = 1_000_000;

        void go(long millis) {
            now += millis;
        }

        @Override
        public long millis() {
            return now;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(now);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
