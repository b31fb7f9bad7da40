package org.condastagehand.setup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.Host;
import org.condastagehand.host.StagingException;

/** What set-up would say of the Slurm that runs: read, and nothing changed. */
public final class SlurmReview {
    /** Its first line has slurmctld's clock when it answered, in the time zone of this host. */
    private static final Pattern CLOCK = Pattern.compile("Configuration data as of (?<time>\\S+)\\s.*", Pattern.DOTALL);

    private final Scontrol scontrol;
    private final String shown;
    private final Instant asked;
    private final SlurmValues values;
    private final HooksConf conf;
    private final SiteConfig site;
    private final Path tree;

    /**
     * A line of slurm.conf that our hooks need.
     *
     * @param is what Slurm has there, empty for its default
     * @param wanted what set-up would write
     * @param isMet whether what is there will do
     * @param next what stood there before and is called by our hook, empty for none
     */
    public record Line(String key, String is, String wanted, boolean isMet, String why, String next) {}

    private SlurmReview(Scontrol scontrol, String shown, Instant asked, HooksConf conf, SiteConfig site, Path tree) {
        this.scontrol = scontrol;
        this.shown = shown;
        this.asked = asked;
        this.values = SlurmValues.shown(shown);
        this.conf = conf;
        this.site = site;
        this.tree = tree;
    }

    /**
     * Absent where Slurm is not in use on this host.
     *
     * @param site with {@code local_root} for every node
     * @throws StagingException it is in use and does not answer
     */
    public static Optional<SlurmReview> of(Host host, SiteConfig site, Path tree) throws StagingException {
        Scontrol scontrol = new Scontrol(host);
        Optional<String> shown = scontrol.shown();
        return shown.isEmpty()
                ? Optional.empty()
                : Optional.of(new SlurmReview(
                        scontrol, shown.get(), host.clock().instant(), HooksConf.read(tree), site, tree));
    }

    /** All lines of {@link SlurmWanted}, those of the hooks first. */
    public List<Line> lines() {
        return wanted().settings().stream().map(this::line).toList();
    }

    private Line line(SlurmWanted.Setting setting) {
        String is = values.value(setting.key()).orElse("");
        String next = Arrays.stream(SlurmHook.values())
                .filter(hook -> hook.key().equals(setting.key()))
                .flatMap(hook -> conf.value(hook.nextKey()).stream())
                .findFirst()
                .orElse("");
        return new Line(setting.key(), is, setting.value(), setting.isIn(values), setting.why(), next);
    }

    /** What set-up leaves as it is, with the reason. */
    public List<String> kept() {
        return wanted().kept();
    }

    private SlurmWanted wanted() {
        return SlurmWanted.of(values, conf, site, tree);
    }

    public List<Caution> cautions() {
        return new SlurmRefusals(tree).cautions(values, container(), site);
    }

    /** What job_container/tmpfs keeps below a directory of its own, absent where it is not in use. */
    public Optional<String> containerBase() {
        return containerType().flatMap(type -> container()
                .flatMap(conf -> SlurmValues.of(conf.lines()).value("BasePath")));
    }

    /** What gives each job its own {@code /tmp}, if Slurm does. */
    public Optional<String> containerType() {
        return values.value("JobContainerType")
                .or(() -> values.value("NamespaceType"))
                .filter(type -> type.toLowerCase(Locale.ROOT).endsWith("/tmpfs"));
    }

    private Optional<SlurmConf> container() {
        try {
            for (String name : List.of("job_container.conf", "namespace.conf")) {
                Path file = slurmConf().resolveSibling(name);
                if (Files.isReadable(file)) {
                    return SlurmFiles.read(slurmConf()).beside(name);
                }
            }
        } catch (StagingException e) {
            return Optional.empty(); // a user may not read slurm.conf; then Slurm's default counts
        }
        return Optional.empty();
    }

    /** Throws what keeps root's hooks from being root's alone. */
    public void requireRootsTree() throws StagingException {
        new SlurmRefusals(tree).checkTree();
    }

    public Path slurmConf() {
        return Path.of(values.value("SLURM_CONF").orElse("/etc/slurm/slurm.conf"));
    }

    /** The list of SPANK plug-ins. */
    public Path plugStack() {
        return values.value("PlugStackConfig")
                .map(slurmConf()::resolveSibling)
                .orElse(slurmConf().resolveSibling("plugstack.conf"));
    }

    public Optional<String> version() {
        return values.value("SLURM_VERSION");
    }

    /** Whether {@code sbatch} knows an option; absent where there is no sbatch on this host. */
    public Optional<Boolean> takesOption(String option) throws StagingException {
        return scontrol.helpOf("sbatch", option);
    }

    /** How far this host's clock and slurmctld's were apart when it answered, to the second. */
    public Optional<Duration> clocksApart() {
        Matcher clock = CLOCK.matcher(shown);
        try {
            return clock.matches()
                    ? Optional.of(Duration.between(
                                    LocalDateTime.parse(clock.group("time"))
                                            .atZone(ZoneId.systemDefault())
                                            .toInstant(),
                                    asked)
                            .abs())
                    : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty(); // SLURM_TIME_FORMAT may ask for another form
        }
    }

    /** The whole of set-up that writes these lines. */
    public String setup() {
        String file = conf.value("slurm_conf").orElse(slurmConf().toString());
        return tree.resolve("site-config/slurm/setup") + " --apply " + file;
    }
}
