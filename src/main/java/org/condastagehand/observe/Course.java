package org.condastagehand.observe;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.condastagehand.host.StagingException;

/** How the staging of one job goes: what of, out of what, and how long each phase takes. */
public final class Course {
    /** What became of it; the hooks' shell knows these words, see libexec/observe. */
    public enum Verdict {
        STAGED,
        FALLBACK,
        FAILED,
        REQUEUED;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What the first environment came out of; known to that shell, too. */
    public enum Source {
        ARCHIVE,
        PREFIX,
        IMAGE,
        /** It was on this node already. */
        CACHE;

        /** For people and for the shell. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a job waits for. */
    public enum Phase {
        RESOLVE,
        STAGE,
        ACTIVATE;

        /** For people and for keys. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One environment that the job has.
     *
     * @param from the archive, prefix or image
     * @param files that were written for it, 0 for one that was there
     */
    public record Arrival(Source source, Path from, long files, long bytes) {}

    private final Clock clock;
    private final Map<Phase, Long> millis = new EnumMap<>(Phase.class);
    private final List<Arrival> arrivals = new ArrayList<>();
    private long since;
    private String env = "";
    private int envs = 1;

    /** Begins with the first phase. */
    public Course(Clock clock) {
        this.clock = clock;
        this.since = clock.millis();
    }

    /** What the job asks for: the environment to activate, and how many. */
    public void asks(String first, int count) {
        env = first;
        envs = count;
    }

    public void arrived(Arrival arrival) {
        arrivals.add(arrival);
    }

    /** The time since the last phase ended was this one's. */
    public void ended(Phase phase) {
        long now = clock.millis();
        millis.merge(phase, Math.max(0, now - since), Long::sum);
        since = now;
    }

    /** How long a phase took; empty for one that has not ended. */
    public Optional<Long> millis(Phase phase) {
        return Optional.ofNullable(millis.get(phase));
    }

    /** The environment to activate; empty while nothing is staged. */
    public Optional<Arrival> first() {
        return arrivals.stream().findFirst();
    }

    /** What is worth remembering of it: of one environment, whose files were written for this job. */
    public Optional<LastStaging> last(String node, Instant now) {
        if (arrivals.size() != 1 || arrivals.get(0).source() == Source.CACHE) {
            return Optional.empty();
        }
        Arrival only = arrivals.get(0);
        long all = millis.values().stream().mapToLong(Long::longValue).sum();
        return Optional.of(new LastStaging(
                only.from(),
                only.source(),
                now,
                node,
                only.files(),
                only.bytes(),
                all,
                millis(Phase.STAGE).orElse(0L)));
    }

    /** The line for the administrator. */
    public String line() {
        LogLine line = begin(Verdict.STAGED);
        first().ifPresent(first -> line.with("from", first.from().toString()));
        line.with("files", arrivals.stream().mapToLong(Arrival::files).sum())
                .with("bytes", arrivals.stream().mapToLong(Arrival::bytes).sum());
        return withPhases(line).toString();
    }

    /** The same for a job that does not have what it asked for. */
    public String line(Verdict verdict, StagingException failure) {
        return line(verdict, String.valueOf(failure.getMessage()));
    }

    /** The same for a reason that nobody has thrown. */
    public String line(Verdict verdict, String reason) {
        return withPhases(begin(verdict)).with("reason", reason).toString();
    }

    private LogLine begin(Verdict verdict) {
        LogLine line = new LogLine().with("verdict", verdict.word());
        if (verdict == Verdict.STAGED) {
            line.with(
                    "source", first().map(Arrival::source).orElse(Source.CACHE).word());
        }
        if (!env.isEmpty()) {
            line.with("env", env);
        }
        return envs > 1 ? line.with("envs", envs) : line;
    }

    private LogLine withPhases(LogLine line) {
        millis.forEach((phase, time) -> line.withSeconds(phase.word() + "_seconds", time));
        return line;
    }
}
