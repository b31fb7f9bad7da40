package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.condastagehand.archive.Decompressors;
import org.condastagehand.archive.ReadLimits;
import org.condastagehand.cache.CacheArea;
import org.condastagehand.cache.CacheLimits;
import org.condastagehand.cache.CacheSweep;
import org.condastagehand.cache.NodeCache;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.User;
import org.condastagehand.image.Fuse;
import org.condastagehand.image.ImageFile;
import org.condastagehand.job.JobArea;
import org.condastagehand.keep.KeepArea;
import org.condastagehand.keep.KeepLimits;
import org.condastagehand.resolve.EnvResolver;
import org.condastagehand.resolve.KeptArchives;
import org.condastagehand.stage.StageLimits;
import org.condastagehand.stage.Stager;

/**
 * This installation on this node.
 *
 * @param node the host's name without its domain
 * @param tree where it is installed; absent when the classes run from somewhere else
 */
record Site(SiteConfig config, String node, Optional<Path> tree) {
    /** The tree's own site.toml, relative to it. */
    private static final String TREE_FILE = "site-config/site.toml";

    /** What its installation measured on the machine that it was made on, relative to it. */
    private static final String MEASURED = "lib/decompressor";

    private static final int MOST_READERS = 4;

    /** Of the time that a hook has: what is left of it is for telling the job. */
    private static final int PATIENCE_PERCENT = 75;

    private static final Path HOSTNAME = Path.of("/proc/sys/kernel/hostname");

    static Site load() throws BadSite, NodeFault {
        String node = hostname();
        return new Site(config(node), node, home());
    }

    /** As if the site had said nothing. */
    static Site ofDefaults() throws NodeFault {
        return new Site(SiteConfig.defaults(), hostname(), home());
    }

    /** The configuration without a node's name in it, for what all nodes read. */
    static SiteConfig ofEveryNode() throws BadSite, NodeFault {
        return config(SiteConfig.EVERY_NODE);
    }

    /** The file that counts on this machine. */
    static Path file() throws BadSite {
        return Files.exists(SiteConfig.SYSTEM_FILE)
                ? SiteConfig.SYSTEM_FILE
                : installed().resolve(TREE_FILE);
    }

    /** The tree of this installation. */
    static Path installed() throws BadSite {
        return home().orElseThrow(() -> new BadSite("this is not an installed tree", "./dev install --prefix DIR"));
    }

    private static Optional<Path> home() {
        return Optional.ofNullable(System.getProperty("conda.stagehand.home")).map(Path::of);
    }

    private static SiteConfig config(String node) throws BadSite, NodeFault {
        return SiteConfig.load(home().orElse(Path.of("/nonexistent")).resolve(TREE_FILE), node, isRoots());
    }

    private static boolean isRoots() throws NodeFault {
        try {
            return User.current().isRoot();
        } catch (IOException e) {
            throw new NodeFault("cannot read `/proc/self`", e);
        }
    }

    static String hostname() throws NodeFault {
        try {
            return Files.readString(HOSTNAME).strip().replaceFirst("\\..*", "");
        } catch (IOException e) {
            throw new NodeFault("cannot read `" + HOSTNAME + "`", e);
        }
    }

    /** Where this user's jobs go. */
    JobArea area(Host host) {
        return JobArea.of(config.localRoot(), host.user());
    }

    StageLimits limits() {
        int cores = Runtime.getRuntime().availableProcessors();
        return new StageLimits(config.minFree(), config.maxEnvSize(), config.writersOn(cores), reading(cores));
    }

    /** Where this user's environments stay for the next job. */
    CacheArea cacheArea(Host host) throws NodeFault {
        return CacheArea.of(config.localRoot(), host.user());
    }

    CacheLimits cacheLimits() {
        SiteConfig.Cache cache = config.cache();
        return new CacheLimits(cache.maxSize(), cache.maxAge(), cache.minFree());
    }

    /**
     * The cache for one job.
     *
     * @param tell gets a line when the job begins to wait for another one
     */
    NodeCache cache(Host host, Consumer<String> tell) throws NodeFault {
        Duration patience = config.stageTimeout().multipliedBy(PATIENCE_PERCENT).dividedBy(100);
        return new NodeCache(
                cacheArea(host),
                new Stager(limits()),
                cacheLimits(),
                host.clock(),
                new Fuse(host.exec()),
                patience,
                tell);
    }

    CacheSweep cacheSweep(Host host, boolean dryRun) throws NodeFault {
        return new CacheSweep(cacheArea(host), cacheLimits(), host.clock(), host.exec(), dryRun);
    }

    /** Finds what users ask for; archives that jobs have kept count where the site has jobs keep them. */
    EnvResolver resolver(Host host) {
        Optional<KeptArchives> kept = config.archive().auto() ? KeptArchives.of(host) : Optional.empty();
        return new EnvResolver(
                host,
                config.envs(),
                ArchiveStates::of,
                kept,
                ImageFile::label,
                config.cache().mounts() != SiteConfig.Cache.Images.OFF);
    }

    /** Where this user's jobs keep archives; empty for who has no home. */
    Optional<KeepArea> keepArea(Host host) {
        return KeptArchives.of(host).map(archives -> new KeepArea(archives, host.user()));
    }

    /** A directory of this user's own that all nodes see; empty for who has no home. */
    Optional<Path> userCache(Host host) {
        return KeptArchives.of(host).map(KeptArchives::directory).map(Path::getParent);
    }

    KeepLimits keepLimits() {
        SiteConfig.Archive archive = config.archive();
        return new KeepLimits(archive.maxSize(), archive.maxAge(), archive.minFree());
    }

    private ReadLimits reading(int cores) {
        SiteConfig.Reading reading = config.reading();
        return new ReadLimits(
                Decompressors.of(reading.decompressor(), tree.map(path -> path.resolve(MEASURED))),
                Math.max(1, Math.min(MOST_READERS, cores)),
                reading.memory());
    }
}
