package org.condastagehand.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.Ownership;
import org.condastagehand.request.EnvSpec;
import org.condastagehand.request.OnFailure;

/**
 * What the administrator decided in {@code site.toml}; {@code docs/reference/site.toml.md} explains each key.
 *
 * @param localRoot the node-local directory that everything staged lies under
 * @param onFailure what becomes of a job that does not say it itself
 * @param tomlRequests whether a {@code .conda-stage.toml} in a job's working directory is looked for
 * @param minFree bytes that staging leaves free on the local disk
 * @param maxEnvSize bytes that one environment may take up there; 0 is no limit
 * @param writers threads that write files; 0 leaves the choice to {@link #writersOn}
 * @param reading how archives are read
 * @param stageTimeout how long a prolog may take to stage before the job goes on without
 * @param maxConcurrent environments that the prologs of one node stage at a time; other jobs wait for their turn
 * @param epilogWait how long an epilog may take to delete; what is left then is the sweep's
 * @param minUid the lowest uid that root's hooks become to work for a job
 * @param cache what stays on a node for the next job
 * @param archive what a job packs for the next one on any node
 * @param envs environments that every user can ask for by name: a prefix or an archive
 * @param told what administrators are told of jobs
 */
public record SiteConfig(
        Path localRoot,
        OnFailure onFailure,
        boolean tomlRequests,
        long minFree,
        long maxEnvSize,
        int writers,
        Reading reading,
        Duration stageTimeout,
        int maxConcurrent,
        Duration epilogWait,
        int minUid,
        Cache cache,
        Archive archive,
        Map<String, Path> envs,
        Sge sge,
        Slurm slurm,
        Told told) {
    /** Where a site keeps its own file, which counts instead of the one in the tree. */
    public static final Path SYSTEM_FILE = Path.of("/etc/conda-stagehand/site.toml");

    /** In place of a node's name it leaves {@code %n} in {@code local_root}, for a file that all nodes read. */
    public static final String EVERY_NODE = "%n";

    private static final int MOST_WRITERS = 64;

    /** So many places does libexec/local-root make. */
    private static final int MOST_CONCURRENT = 64;

    private static final Set<String> DECOMPRESSORS = Set.of("auto", "java", "igzip", "pigz");
    private static final long LEAST_MEMORY = 192_000_000;
    private static final long MOST_MEMORY = 64_000_000_000L;
    private static final Duration MOST_STAGE_TIMEOUT = Duration.ofDays(1);
    private static final Duration MOST_EPILOG_WAIT = Duration.ofHours(1);
    private static final Pattern NODE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}");
    private static final Set<String> TOP_KEYS = Set.of(
            "local_root",
            "on_failure",
            "toml_requests",
            "min_free",
            "max_env_size",
            "writers",
            "decompressor",
            "memory",
            "stage_timeout",
            "max_concurrent",
            "epilog_wait",
            "min_uid");

    /**
     * How archives are read.
     *
     * @param decompressor {@code auto} takes what was quickest when this tree was installed, {@code java} nothing else,
     *     and {@code igzip}, {@code pigz} or an absolute path that program for gzip
     * @param memory bytes that the program and what it starts may take together
     */
    public record Reading(String decompressor, long memory) {
        /** What holds where no file says it. */
        public static final Reading DEFAULT = new Reading("auto", 256_000_000);

        public Reading {
            decompressor(decompressor);
            memory(memory);
        }

        private static String decompressor(String text) {
            boolean path =
                    text.startsWith("/") && Path.of(text).equals(Path.of(text).normalize());
            if (!path && !DECOMPRESSORS.contains(text)) {
                throw new IllegalArgumentException(
                        "must be `auto`, `java`, `igzip`, `pigz` or a program's absolute path, got " + Shown.of(text));
            }
            return text;
        }

        private static long memory(long bytes) {
            if (bytes < LEAST_MEMORY || bytes > MOST_MEMORY) {
                throw new IllegalArgumentException("must be from 192 MB to 64 GB, got " + Shown.of(bytes + " B"));
            }
            return bytes;
        }

        private static Reading of(TomlReader toml) {
            return new Reading(
                    toml.text("decompressor", Reading::decompressor).orElse(DEFAULT.decompressor),
                    toml.size("memory")
                            .flatMap(bytes -> toml.checked("memory", () -> memory(bytes)))
                            .orElse(DEFAULT.memory));
        }
    }

    /**
     * Environments that stay on a node after their job, of each user.
     *
     * @param maxSize bytes of all together
     * @param maxAge since a job last asked for one
     * @param minFree bytes that they leave free on the local disk
     * @param images whose images are mounted in place of staging what is in them
     */
    public record Cache(boolean enabled, long maxSize, Duration maxAge, long minFree, Images images) {
        /** What holds where no file says it. */
        public static final Cache DEFAULT = new Cache(false, 20L << 30, Duration.ofDays(14), 10L << 30, Images.OFF);

        private static final Set<String> KEYS = Set.of("enabled", "max_size", "max_age", "min_free", "images");

        /** Whose images. */
        public enum Images {
            OFF,
            /** Of what the site publishes, by the kernel. */
            SITE,
            /** And each user's own, through FUSE. */
            USERS;

            static Images parse(String text) {
                return Arrays.stream(values())
                        .filter(value -> value.toString().equals(text))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "must be `off`, `site` or `users`, got " + Shown.of(text)));
            }

            @Override
            public String toString() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        private static Cache of(TomlReader toml) {
            TomlReader.Section table = toml.section("cache", KEYS);
            refuseTopKeysIn("cache", toml, KEYS);
            return new Cache(
                    table.bool("enabled").orElse(DEFAULT.enabled),
                    table.size("max_size").orElse(DEFAULT.maxSize),
                    table.duration("max_age").orElse(DEFAULT.maxAge),
                    table.size("min_free").orElse(DEFAULT.minFree),
                    table.text("images", Images::parse).orElse(DEFAULT.images));
        }

        /** Whose images are mounted; without a cache there is none in which a mount could stay. */
        public Images mounts() {
            return enabled ? images : Images.OFF;
        }
    }

    /**
     * Archives that jobs pack by themselves, of each user.
     *
     * @param maxSize bytes of all together
     * @param maxAge since a job last used one
     * @param minFree bytes that they leave free where they lie
     */
    public record Archive(boolean auto, long maxSize, Duration maxAge, long minFree) {
        /** What holds where no file says it. */
        public static final Archive DEFAULT = new Archive(false, 20L << 30, Duration.ofDays(30), 10L << 30);

        private static final Set<String> KEYS = Set.of("auto", "max_size", "max_age", "min_free");

        private static Archive of(TomlReader toml) {
            TomlReader.Section table = toml.section("archive", KEYS);
            refuseTopKeysIn("archive", toml, KEYS);
            return new Archive(
                    table.bool("auto").orElse(DEFAULT.auto),
                    table.size("max_size").orElse(DEFAULT.maxSize),
                    table.duration("max_age").orElse(DEFAULT.maxAge),
                    table.size("min_free").orElse(DEFAULT.minFree));
        }
    }

    /**
     * What holds for Grid Engine alone.
     *
     * @param qstat whether a job's request is asked of the qmaster where nothing on the node tells it
     * @param requeue whether a job is queued again, once, when a fault of its node kept its environment from being staged
     */
    public record Sge(boolean qstat, boolean requeue) {}

    /**
     * What holds for Slurm alone.
     *
     * @param setTmpdir whether a staged job's TMPDIR becomes its directory on the local disk
     */
    public record Slurm(boolean setTmpdir) {}

    /**
     * What administrators are told of jobs.
     *
     * @param syslog whether syslog gets a line for each job that is staged or struck
     * @param textfile where root's sweep puts metrics for Prometheus' node_exporter; nothing is counted without it
     */
    public record Told(boolean syslog, Optional<Path> textfile) {
        /** What holds where no file says it. */
        public static final Told DEFAULT = new Told(true, Optional.empty());

        private static final String ENDING = ".prom";

        public Told {
            textfile.map(Path::toString).ifPresent(Told::textfile);
        }

        private static Optional<Path> textfile(String text) {
            if (text.isEmpty()) {
                return Optional.empty();
            }
            Path path = Path.of(text);
            boolean plain = path.isAbsolute() && path.equals(path.normalize()) && path.getNameCount() > 1;
            if (!plain || !text.endsWith(ENDING)) {
                throw new IllegalArgumentException(
                        "must be the absolute path of a file that ends in `.prom`, got " + Shown.of(text));
            }
            return Optional.of(path);
        }

        private static Told of(TomlReader toml) {
            TomlReader.Section log = toml.section("log", Set.of("syslog"));
            TomlReader.Section metrics = toml.section("metrics", Set.of("textfile"));
            refuseTopKeysIn("log", toml, Set.of());
            refuseTopKeysIn("metrics", toml, Set.of());
            return new Told(
                    log.bool("syslog").orElse(DEFAULT.syslog),
                    metrics.text("textfile", Told::textfile).orElse(DEFAULT.textfile));
        }
    }

    public SiteConfig {
        localRoot = localRoot(localRoot.toString(), EVERY_NODE);
        if (minFree < 0 || maxEnvSize < 0) {
            throw new IllegalArgumentException("negative size: " + Math.min(minFree, maxEnvSize));
        }
        if (writers < 0 || writers > MOST_WRITERS) {
            throw new IllegalArgumentException("writers is not from 0 to " + MOST_WRITERS + ": " + writers);
        }
        if (maxConcurrent < 1 || maxConcurrent > MOST_CONCURRENT) {
            throw new IllegalArgumentException(
                    "max_concurrent is not from 1 to " + MOST_CONCURRENT + ": " + maxConcurrent);
        }
        within(stageTimeout, Duration.ofSeconds(1), MOST_STAGE_TIMEOUT);
        within(epilogWait, Duration.ZERO, MOST_EPILOG_WAIT);
        if (minUid < 1) {
            throw new IllegalArgumentException("min_uid lets root in: " + minUid);
        }
        envs = Map.copyOf(envs);
    }

    /** What holds for every key that no file sets. */
    public static SiteConfig defaults() {
        return new SiteConfig(
                Path.of("/var/lib/conda-stagehand"),
                OnFailure.FALLBACK,
                true,
                1L << 30,
                0,
                0,
                Reading.DEFAULT,
                Duration.ofSeconds(300),
                4,
                Duration.ofSeconds(30),
                1000,
                Cache.DEFAULT,
                Archive.DEFAULT,
                Map.of(),
                new Sge(true, false),
                new Slurm(true),
                Told.DEFAULT);
    }

    /**
     * Reads {@link #SYSTEM_FILE}, or the tree's file where that one is missing, or takes the defaults.
     *
     * @param node the short name of this node, which replaces {@code %n} in {@code local_root}, or {@link #EVERY_NODE}
     * @param forRoot whether root is about to act on it: then nobody else may have written it
     */
    public static SiteConfig load(Path treeFile, String node, boolean forRoot) throws BadSite {
        return load(List.of(SYSTEM_FILE, treeFile), node, forRoot);
    }

    static SiteConfig load(List<Path> files, String node, boolean forRoot) throws BadSite {
        for (Path file : files) {
            if (Files.exists(file) || Files.isSymbolicLink(file)) {
                if (forRoot) {
                    requireRoots(file);
                }
                return read(file, node);
            }
        }
        return defaults();
    }

    /**
     * The same with another {@code local_root}.
     *
     * @throws IllegalArgumentException it cannot be one
     */
    public SiteConfig withLocalRoot(String text) {
        return new SiteConfig(
                localRoot(text, EVERY_NODE),
                onFailure,
                tomlRequests,
                minFree,
                maxEnvSize,
                writers,
                reading,
                stageTimeout,
                maxConcurrent,
                epilogWait,
                minUid,
                cache,
                archive,
                envs,
                sge,
                slurm,
                told);
    }

    /** Threads that write files on a node with so many cores. */
    public int writersOn(int cores) {
        return writers == 0 ? Math.max(1, Math.min(4, cores)) : writers;
    }

    private static void requireRoots(Path file) throws BadSite {
        try {
            if (!Ownership.of(file).isRootsAlone()) {
                throw new BadSite(
                        "`" + file + "` is not only root's to change, so root does not act on it",
                        "chown root:root " + file + " && chmod 644 " + file);
            }
        } catch (IOException e) {
            throw new BadSite("cannot read `" + file + "`", e);
        }
    }

    private static SiteConfig read(Path file, String node) throws BadSite {
        TomlReader toml;
        try {
            toml = TomlReader.read(file);
        } catch (IOException e) {
            throw new BadSite("cannot read `" + file + "`", e);
        }
        SiteConfig site = of(toml, node);
        Optional<String> complaint = toml.complaint();
        if (complaint.isPresent()) {
            throw new BadSite("bad site configuration `" + file + "`: " + complaint.get());
        }
        return site;
    }

    private static SiteConfig of(TomlReader toml, String node) {
        SiteConfig defaults = defaults();
        return new SiteConfig(
                toml.text("local_root", text -> localRoot(text, node)).orElse(defaults.localRoot),
                toml.text("on_failure", JobFile::onFailure).orElse(defaults.onFailure),
                toml.bool("toml_requests").orElse(defaults.tomlRequests),
                toml.size("min_free").orElse(defaults.minFree),
                toml.size("max_env_size").orElse(defaults.maxEnvSize),
                toml.integer("writers", 0, MOST_WRITERS).orElse(defaults.writers),
                Reading.of(toml),
                time(toml, "stage_timeout", Duration.ofSeconds(1), MOST_STAGE_TIMEOUT)
                        .orElse(defaults.stageTimeout),
                toml.integer("max_concurrent", 1, MOST_CONCURRENT).orElse(defaults.maxConcurrent),
                time(toml, "epilog_wait", Duration.ZERO, MOST_EPILOG_WAIT).orElse(defaults.epilogWait),
                toml.integer("min_uid", 1, Integer.MAX_VALUE).orElse(defaults.minUid),
                Cache.of(toml),
                Archive.of(toml),
                envs(toml),
                sge(toml),
                slurm(toml),
                Told.of(toml));
    }

    private static Optional<Duration> time(TomlReader toml, String key, Duration least, Duration most) {
        return toml.duration(key).flatMap(time -> toml.checked(key, () -> within(time, least, most)));
    }

    private static Duration within(Duration time, Duration least, Duration most) {
        if (time.compareTo(least) < 0 || time.compareTo(most) > 0) {
            throw new IllegalArgumentException("must be from " + least.toSeconds() + " s to " + most.toHours()
                    + " h, got " + Shown.of(time.toMillis() / 1000.0 + " s"));
        }
        return time;
    }

    private static Map<String, Path> envs(TomlReader toml) {
        Map<String, Path> envs = toml.table("envs", SiteConfig::envPath);
        envs.keySet().forEach(name -> toml.checked("envs." + name, () -> new EnvSpec.Named(name)));
        refuseTopKeysIn("envs", toml, Set.of());
        return envs;
    }

    private static Sge sge(TomlReader toml) {
        TomlReader.Section table = toml.section("sge", Set.of("qstat", "requeue"));
        refuseTopKeysIn("sge", toml, Set.of());
        return new Sge(
                table.bool("qstat").orElse(defaults().sge.qstat),
                table.bool("requeue").orElse(defaults().sge.requeue));
    }

    private static Slurm slurm(TomlReader toml) {
        TomlReader.Section table = toml.section("slurm", Set.of("set_tmpdir"));
        refuseTopKeysIn("slurm", toml, Set.of());
        return new Slurm(table.bool("set_tmpdir").orElse(defaults().slurm.setTmpdir));
    }

    private static void refuseTopKeysIn(String table, TomlReader toml, Set<String> own) {
        TOP_KEYS.stream()
                .filter(key -> !own.contains(key))
                .filter(key -> toml.has(table + "." + key))
                .forEach(key -> toml.reject(table + "." + key, "write `" + key + "` above `[" + table + "]`"));
    }

    private static Path envPath(String text) {
        if (EnvSpec.parse(text) instanceof EnvSpec.Located env) {
            return env.path();
        }
        throw new IllegalArgumentException("must be the absolute path of a prefix or archive, got " + Shown.of(text));
    }

    private static Path localRoot(String text, String node) {
        boolean every = node.equals(EVERY_NODE);
        if (text.contains("%n") && !every && !NODE.matcher(node).matches()) {
            throw new IllegalArgumentException("`%n` cannot be replaced: the node's name is " + Shown.of(node));
        }
        String root = text.replace("%n", node);
        if (root.replace(every ? EVERY_NODE : "", "").indexOf('%') >= 0) {
            throw new IllegalArgumentException("only `%n` is replaced, got " + Shown.of(text));
        }
        // PATH is split at colons, and a blank would end the interpreter's path in a `#!` line.
        if (root.chars().anyMatch(c -> c == ':' || Character.isWhitespace(c))) {
            throw new IllegalArgumentException("must be without blanks and `:`, got " + Shown.of(text));
        }
        Path path = Path.of(root);
        if (!path.isAbsolute() || path.getNameCount() == 0 || !path.equals(path.normalize())) {
            throw new IllegalArgumentException("must be an absolute path without `.` and `..`, got " + Shown.of(text));
        }
        return path;
    }
}
