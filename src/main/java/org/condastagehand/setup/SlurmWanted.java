package org.condastagehand.setup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.condastagehand.config.SiteConfig;

/**
 * The lines of slurm.conf as they are to be, in their order. A line that is right already has the value that is there.
 *
 * @param kept what is left as it is though another value was thinkable, with the reason
 */
record SlurmWanted(List<Setting> settings, List<String> kept) {
    /** What the prologs and epilogs of a site may need where nobody has set a limit; seconds. */
    private static final long PROLOG_EPILOG = 600;

    private static final long BATCH_START = 360;

    /** What a hook of ours does besides staging and striking, generously; seconds. */
    private static final long REST = 60;

    static final String FLAGS = "PrologFlags";
    static final String HOOK_LIMIT = "PrologEpilogTimeout";
    static final String START_LIMIT = "BatchStartTimeout";
    static final List<String> OTHERS = List.of(FLAGS, HOOK_LIMIT, START_LIMIT);

    /** @param why for people, of one line */
    record Setting(String key, String value, String why) {
        /** Whether Slurm does as this line says: a longer limit and more flags are as good. */
        boolean isIn(SlurmValues values) {
            String is = values.value(key).orElse("");
            return switch (key) {
                case FLAGS -> SlurmFlags.parse(is).hasAll(SlurmFlags.parse(value));
                case HOOK_LIMIT ->
                    SlurmTimeout.isNone(value)
                            ? SlurmTimeout.isNone(is)
                            : SlurmTimeout.seconds(is) >= SlurmTimeout.seconds(value);
                case START_LIMIT -> SlurmTimeout.seconds(is) >= SlurmTimeout.seconds(value);
                default -> is.equals(value);
            };
        }

        String line() {
            return key + "=" + value;
        }
    }

    SlurmWanted {
        settings = List.copyOf(settings);
        kept = List.copyOf(kept);
    }

    /** @param conf with {@code next_…} as they are to be */
    static SlurmWanted of(SlurmValues now, HooksConf conf, SiteConfig site, Path tree) {
        List<Setting> settings = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        for (SlurmHook hook : SlurmHook.values()) {
            String calls = conf.value(hook.nextKey())
                    .map(next -> "; calls `" + next + "`, which stood here")
                    .orElse("");
            settings.add(new Setting(hook.key(), hook.in(tree).toString(), why(hook) + calls));
        }
        settings.add(flags(now));
        hookLimit(now, conf, site, kept).ifPresent(settings::add);
        settings.add(longer(
                START_LIMIT,
                now,
                Math.max(BATCH_START, site.stageTimeout().toSeconds() + REST),
                "a job whose environment takes its time to stage is not taken for lost"));
        return new SlurmWanted(settings, kept);
    }

    private static String why(SlurmHook hook) {
        return switch (hook) {
            case PROLOG -> "root, on each node of a job: stages the environment that the job asks for";
            case EPILOG -> "root, when the job is over: strikes it";
            case TASK_PROLOG -> "the job's user, before each task: activates it";
        };
    }

    private static Setting flags(SlurmValues now) {
        SlurmFlags flags =
                SlurmFlags.parse(now.value(FLAGS).orElse("")).with("Alloc").with("DeferBatch");
        String why = "Alloc: on every node when the allocation begins; DeferBatch: the script waits for all of them";
        boolean cgroup = now.value("ProctrackType").orElse("proctrack/cgroup").endsWith("cgroup");
        if (cgroup && !flags.has("NoHold")) { // Slurm takes one of the two
            flags = flags.with("Contain");
            why += "; Contain: tells a dead job from a live one";
        }
        return new Setting(FLAGS, flags.value(), why);
    }

    /** None where the site's own hooks have had all the time they wanted. */
    private static Optional<Setting> hookLimit(SlurmValues now, HooksConf conf, SiteConfig site, List<String> kept) {
        long needed = Math.max(
                PROLOG_EPILOG, site.stageTimeout().plus(site.epilogWait()).toSeconds() + REST);
        String why = "a prolog that hangs on a dead file system ends some day, and drains its node";
        Optional<String> is = now.value(HOOK_LIMIT);
        if (is.filter(SlurmTimeout::isNone).isPresent()) {
            return Optional.of(new Setting(HOOK_LIMIT, is.get(), why));
        }
        Optional<String> own = Stream.concat(
                        Stream.of("next_prolog", "next_epilog").map(conf::value),
                        Stream.of("PrologSlurmctld", "EpilogSlurmctld").map(now::value))
                .flatMap(Optional::stream)
                .findFirst();
        if (is.isEmpty() && own.isPresent()) {
            kept.add(HOOK_LIMIT + " without a limit: `" + own.get() + "` may need longer than " + needed + " s");
            return Optional.empty();
        }
        return Optional.of(longer(HOOK_LIMIT, now, needed, why));
    }

    private static Setting longer(String key, SlurmValues now, long seconds, String why) {
        long wanted = Math.min(seconds, SlurmTimeout.MOST);
        Optional<String> is = now.value(key).filter(value -> SlurmTimeout.seconds(value) >= wanted);
        return new Setting(key, is.orElse(Long.toString(wanted)), why);
    }
}
