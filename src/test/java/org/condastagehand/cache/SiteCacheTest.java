package org.condastagehand.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.condastagehand.host.CommonsExec;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.User;
import org.condastagehand.image.Fuse;
import org.condastagehand.resolve.ResolvedEnv;
import org.condastagehand.stage.StageLimits;
import org.condastagehand.stage.Stager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who runs this test is both: the account, and a user's job. */
class SiteCacheTest {
    private static final Fuse FUSE = new Fuse(new CommonsExec());
    private static final CacheLimits PLENTY = new CacheLimits(1 << 30, Duration.ofDays(1), 0);
    private static final CacheLimits NOTHING = new CacheLimits(0, Duration.ofDays(1), 0);
    private static final int ROUNDS = 300;

    @TempDir
    Path directory;

    private Path root;
    private ResolvedEnv env;
    private CacheArea area;
    private int jobs;

    @BeforeEach
    void setUp() throws Exception {
        root = directory.resolve("root");
        String uid = Integer.toString(User.current().uid());
        Path own = Files.createDirectories(CacheArea.users(root).resolve(uid).resolve(".wanted"));
        Files.setPosixFilePermissions(own.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createSymbolicLink(root.resolve("cache/site"), Path.of("v1", uid));
        area = CacheArea.of(root, User.current());
        Path prefix = Files.createDirectories(directory.resolve("sw/envs/tools/conda-meta"));
        Files.writeString(prefix.resolve("history"), "==> a transaction <==");
        env = new ResolvedEnv(
                "tools",
                new ResolvedEnv.LivePrefix(prefix.getParent()),
                Optional.of(prefix.getParent()),
                List.of(),
                true,
                Optional.empty());
    }

    @Test
    void whatTheAccountKeepsEveryJobSeesAndNobodyElseCanChange() throws Exception {
        assertThat(site().has(env)).isFalse();
        Path link = link();
        assertThat(site().lease(env, directoryOf(link), link)).isFalse();
        assertThat(link).doesNotExist();

        Path entry = keep();

        assertThat(site().has(env)).isTrue();
        assertThat(site().lease(env, directoryOf(link), link)).isTrue();
        assertThat(Files.readSymbolicLink(link)).isEqualTo(entry);
        assertThat(mode(entry)).isEqualTo("r-xr-xr-x");
        assertThat(mode(area.notes().resolve(entry.getFileName()))).isEqualTo("rw-r--r--");
        assertThat(mode(area.root())).isEqualTo("rwxr-xr-x");
        assertThat(Files.getAttribute(area.leases().resolve(entry.getFileName()), "unix:mode"))
                .isEqualTo(0041777);
    }

    @Test
    void oneThatIsGoneIsNotLeasedAndNoLeaseStays() throws Exception {
        Path entry = keep();
        String key = entry.getFileName().toString();
        Files.delete(area.notes().resolve(key));

        assertThat(site().lease(env, directoryOf(link()), link())).isFalse();
        assertThat(leases()).isEmpty();
    }

    @Test
    void whatAJobSeesIsNotEvictedUntilTheJobIsStruck() throws Exception {
        Path entry = keep();
        Path link = link();
        site().lease(env, directoryOf(link), link);

        assertThat(sweep(NOTHING).struck()).isEmpty();
        assertThat(entry.resolve("conda-meta/history")).exists();

        FileTree.delete(directoryOf(link));
        assertThat(sweep(NOTHING).struck()).contains(entry);
        assertThat(entry).doesNotExist();
    }

    /** A job takes no lock, so a lease that is written while the entry goes must win or be told. */
    @Test
    void aLeaseAndAnEvictionAtOnceNeverGiveAJobWhatIsNotThere() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        CyclicBarrier together = new CyclicBarrier(2);
        int leased = 0;
        try {
            for (int round = 0; round < ROUNDS; round++) {
                Path entry = keep();
                Path link = link();
                Future<Boolean> lease = threads.submit(() -> {
                    together.await();
                    return site().lease(env, directoryOf(link), link);
                });
                Future<Boolean> evicted = threads.submit(() -> {
                    together.await();
                    return new Eviction(area, NOTHING, Clock.systemUTC(), FUSE)
                            .evict(entry.getFileName().toString());
                });
                boolean isEvicted = evicted.get();
                boolean isLeased = lease.get();
                assertThat(isLeased && isEvicted).isFalse();
                if (isLeased) {
                    leased++;
                    assertThat(mode(entry)).isEqualTo("r-xr-xr-x");
                    assertThat(site().has(env)).isTrue();
                }
                FileTree.delete(directoryOf(link));
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(leased).isPositive();
    }

    @Test
    void anotherUsersLitterKeepsNothingFromBeingWantedOrEvicted() throws Exception {
        Path entry = keep();
        Path leases = area.leases().resolve(entry.getFileName());
        Files.createDirectories(leases.resolve("14.1.all.q@0/litter"));
        Files.createDirectories(area.wanted().resolve("tools@" + uid() + "/litter"));
        Files.createSymbolicLink(leases.resolve("15.1.all.q@0"), Path.of("no lease"));

        assertThat(site().isWanted("tools", uid())).isTrue();
        site().forget("tools", uid());
        CacheSweep.Swept swept = sweep(NOTHING);

        assertThat(swept.failures()).isEmpty();
        assertThat(swept.struck()).contains(entry);
        assertThat(keep()).isEqualTo(entry);
    }

    @Test
    void aWishIsOfOneUserAndStaysUntilItIsForgotten() throws Exception {
        site().want(env, User.current());
        site().want(env, User.current());
        assertThat(site().isWanted("tools", uid())).isTrue();
        assertThat(site().isWanted("tools", uid() + 1)).isFalse();
        Files.createFile(area.wanted().resolve("tools@" + (uid() + 1))); // not theirs
        assertThat(site().isWanted("tools", uid() + 1)).isFalse();

        site().forget("tools", uid());
        assertThat(site().isWanted("tools", uid())).isFalse();

        site().want(env, User.current());
        Path wish = area.wanted().resolve("tools@" + uid());
        sweep(PLENTY);
        assertThat(wish).exists();
        Files.setLastModifiedTime(
                wish, FileTime.from(Clock.systemUTC().instant().minus(Duration.ofHours(2))));
        sweep(PLENTY);
        assertThat(wish).doesNotExist();
    }

    @Test
    void whatIsItsOwnersAloneInAnArchiveEverybodyCanReadHere() throws Exception {
        Path prefix = env.source().path();
        Files.writeString(Files.createDirectories(prefix.resolve("share")).resolve("data"), "data");
        Files.setPosixFilePermissions(prefix.resolve("share/data"), PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(prefix.resolve("share"), PosixFilePermissions.fromString("rwx------"));

        Path entry = keep();

        assertThat(mode(entry.resolve("share"))).isEqualTo("r-xr-xr-x");
        assertThat(mode(entry.resolve("share/data"))).isEqualTo("r--r--r--");
        assertThat(new Verification(area).problem(sweep(PLENTY).kept().get(0))).isEmpty();
    }

    private Path keep() throws Exception {
        Stager stager = new Stager(new StageLimits(0, 0, 1));
        return new NodeCache(area, stager, PLENTY, Clock.systemUTC(), FUSE, Duration.ofSeconds(5), line -> {})
                .keep(env)
                .orElseThrow()
                .entry();
    }

    private static int uid() throws IOException {
        return User.current().uid();
    }

    private List<Lease.Name> leases() throws IOException {
        List<Lease.Name> found = new ArrayList<>();
        Lease.visit(area, found::add);
        return found;
    }

    private SiteCache site() throws Exception {
        return SiteCache.at(root).orElseThrow();
    }

    private CacheSweep.Swept sweep(CacheLimits limits) throws Exception {
        return new CacheSweep(area, limits, Clock.systemUTC(), new CommonsExec(), false).sweep();
    }

    private Path link() throws IOException {
        Path envs = Files.createDirectories(directory.resolve("jobs/" + ++jobs + ".1.all.q/conda-stage/envs"));
        return envs.resolve("tools");
    }

    private static Path directoryOf(Path link) {
        return link.resolve("../../..").normalize();
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
