package org.condastagehand.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.CommonsExec;
import org.condastagehand.host.FileClock;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.User;
import org.condastagehand.image.Fuse;
import org.condastagehand.resolve.ResolvedEnv;
import org.condastagehand.stage.StageLimits;
import org.condastagehand.stage.Stager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCacheTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Fuse FUSE = new Fuse(new CommonsExec());
    private static final CacheLimits PLENTY = new CacheLimits(1 << 30, Duration.ofDays(1), 0);

    @TempDir
    Path directory;

    private Path prefix;
    private CacheArea area;
    private int jobs;

    @BeforeEach
    void setUp() throws Exception {
        prefix = env("demo");
        Files.createDirectories(CacheArea.users(directory.resolve("root")));
        area = CacheArea.of(directory.resolve("root"), User.current());
    }

    @Test
    void theFirstJobStagesAndTheNextSeesItAtOnce() throws Exception {
        Path first = job();
        Path second = job();

        NodeCache.Kept staged = lease(first);
        NodeCache.Kept found = lease(second);

        assertThat(staged.staged()).isPresent();
        assertThat(found).isEqualTo(new NodeCache.Kept(staged.entry(), Optional.empty()));
        assertThat(Files.readSymbolicLink(first)).isEqualTo(staged.entry());
        assertThat(Files.readSymbolicLink(second)).isEqualTo(staged.entry());
        assertThat(first.resolve("bin/tool")).content().startsWith("#!" + staged.entry() + "/bin/sh\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(staged.entry())))
                .isEqualTo("r-x------");
    }

    @Test
    void anEnvironmentThatChangedIsAnother() throws Exception {
        Path before = lease(job()).entry();
        Files.writeString(prefix.resolve("conda-meta/history"), "one more transaction");

        NodeCache.Kept after = lease(job());

        assertThat(after.staged()).isPresent();
        assertThat(after.entry()).isNotEqualTo(before);
        assertThat(before.resolve("bin/tool")).exists();
    }

    @Test
    void anEntryThatSomebodyChangedServesNoJobAndStaysForThoseThatSeeIt() throws Exception {
        Path first = job();
        Path entry = lease(first).entry();
        vandalise(entry);

        assertThat(lease(PLENTY, demo(), job())).isEmpty();
        assertThat(first.resolve("bin/tool")).exists();
        assertThat(sweep(PLENTY, false).struck()).doesNotContain(entry);

        strike(first);
        assertThat(lease(job()).staged()).isPresent();
        assertThat(entry.resolve("bin/mine")).doesNotExist();
    }

    private static void vandalise(Path entry) throws IOException {
        Files.setPosixFilePermissions(entry.resolve("bin"), PosixFilePermissions.fromString("rwx------"));
        Files.writeString(entry.resolve("bin/mine"), "");
    }

    @Test
    void afterACrashOfTheNodeOnlyWhatWasOnTheDiskCounts() throws Exception {
        Path lost = job();
        String key = lease(lost).entry().getFileName().toString();
        strike(lost);
        Path file = area.notes().resolve(key);
        EntryNote note = EntryNote.read(file).orElseThrow();
        assertThat(note.census()).isEmpty();
        ofAnEarlierBoot(note).write(file);

        Path next = job();
        assertThat(lease(next).staged()).isPresent();
        strike(next);

        sweep(PLENTY, false);
        EntryNote swept = EntryNote.read(file).orElseThrow();
        assertThat(swept.census()).isPresent();
        ofAnEarlierBoot(swept).write(file);
        assertThat(lease(job()).staged()).isEmpty();
    }

    private static EntryNote ofAnEarlierBoot(EntryNote note) {
        return new EntryNote(
                note.identity(),
                note.state(),
                "an-earlier-boot",
                note.census(),
                note.name(),
                note.source(),
                note.files(),
                note.bytes(),
                note.published(),
                note.image());
    }

    @Test
    void whatADeadJobLeftHalfFilledIsNotUsed() throws Exception {
        Path first = job();
        String key = lease(first).entry().getFileName().toString();
        strike(first);
        Files.delete(area.notes().resolve(key)); // as if it had died before it wrote the note
        Files.writeString(Files.createDirectory(area.work(key)).resolve("half"), "");

        assertThat(lease(job()).staged()).isPresent();
        assertThat(area.work(key)).doesNotExist();
        assertThat(CacheArea.in(area.trash())).isEmpty();
    }

    @Test
    void whatWasNotAskedForTheLongestGoesFirstAndNeverWhatAJobSees() throws Exception {
        Path seen = job();
        Path oldest = lease(seen).entry();
        Files.setLastModifiedTime(area.leases().resolve(oldest.getFileName()), FileTime.from(NOW));
        Path second = leaseAndStrike(env("second"), NOW.plusSeconds(1));
        Path third = leaseAndStrike(env("third"), NOW.plusSeconds(2));
        long all = new Eviction(area, PLENTY, Clock.systemUTC(), FUSE)
                .entries().stream().mapToLong(CachedEnv::bytes).sum();

        CacheSweep.Swept swept = sweep(new CacheLimits(all - 1, Duration.ofDays(1), 0), false);

        assertThat(swept.struck()).contains(second).doesNotContain(oldest, third);
        assertThat(second).doesNotExist();
        assertThat(swept.kept()).extracting(CachedEnv::path).containsExactly(oldest, third);
        assertThat(sweep(new CacheLimits(0, Duration.ofDays(1), 0), false).struck())
                .contains(third);
        assertThat(oldest).exists();
    }

    @Test
    void whatNobodyAskedForInTimeGoes() throws Exception {
        Path entry = leaseAndStrike(prefix, NOW.minus(Duration.ofDays(1)).minusSeconds(1));

        assertThat(sweep(PLENTY, true).struck()).contains(entry);
        assertThat(entry).exists();
        assertThat(sweep(PLENTY, false).struck()).contains(entry);
        assertThat(entry).doesNotExist();
        assertThat(CacheArea.in(area.locks())).isEmpty();
    }

    @Test
    void roomIsMadeBeforeAnotherIsStaged() throws Exception {
        Path old = leaseAndStrike(prefix, NOW);
        CacheLimits tight = new CacheLimits(0, Duration.ofDays(1), 0);

        Path now = job();
        lease(tight, new ResolvedEnv("b", new ResolvedEnv.LivePrefix(env("b")), Optional.empty(), List.of()), now);

        assertThat(old).doesNotExist();
        assertThat(now.resolve("bin/tool")).exists();
    }

    @Test
    void aSweepEndsTheLeasesOfDeadJobsAlone() throws Exception {
        Path dead = job();
        Path living = job();
        lease(dead);
        lease(living);
        strike(dead);

        sweep(PLENTY, false);

        assertThat(leases()).singleElement().matches(lease -> lease.isOf(directoryOf(living)));
    }

    @Test
    void aJobThatIsStruckInOrderLeavesNoLease() throws Exception {
        Path link = job();
        lease(link);

        strike(link);
        area.release(directoryOf(link));

        assertThat(leases()).isEmpty();
    }

    /** As long as the disk is away nobody can tell whether the job's directory is there. */
    @Test
    void aLeaseWhoseDiskIsAwayMayLive() throws Exception {
        Path link = job();
        String key = lease(link).entry().getFileName().toString();
        Path jobs = directoryOf(link).getParent();

        Files.move(jobs, directory.resolve("away"));
        sweep(new CacheLimits(0, Duration.ZERO, 0), false);

        assertThat(area.entry(key)).exists();
        Files.createDirectory(jobs); // it is there, and the job is not
        sweep(new CacheLimits(0, Duration.ZERO, 0), false);
        assertThat(area.entry(key)).doesNotExist();
    }

    @Test
    void anotherJobByTheSameNameKeepsNoLeaseOfTheFirst() throws Exception {
        Path first = job();
        lease(first);
        Path keepsTheInode = Files.move(directoryOf(first), directory.resolve("struck"));
        Files.createDirectories(first.getParent());

        sweep(PLENTY, false);

        assertThat(keepsTheInode).exists();
        assertThat(leases()).isEmpty();
    }

    @Test
    void noJobOutlivesABoot() throws Exception {
        Path first = job();
        lease(first);
        Path lease = leases().get(0).file();
        String text = Files.readSymbolicLink(lease).toString();
        Files.delete(lease);
        Files.createSymbolicLink(lease, Path.of("an-earlier-boot" + text.substring(text.indexOf(' '))));

        sweep(PLENTY, false);

        assertThat(lease).doesNotExist();
        assertThat(Files.isSymbolicLink(lease)).isFalse();
    }

    @Test
    void aLookAtAllOfAnEntrySeesWhatALeaseDoesNot() throws Exception {
        Path share = Files.createDirectories(prefix.resolve("opt/deep"));
        Files.writeString(share.resolve("data"), "as it was");
        Path entry = lease(job()).entry();
        CachedEnv kept = sweep(PLENTY, false).kept().get(0);
        Verification verification = new Verification(area);
        assertThat(verification.problem(kept)).isEmpty();

        Path data = entry.resolve("opt/deep/data");
        FileClock.waitForAnotherTime(directory);
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rw-------"));

        assertThat(lease(job()).staged()).isEmpty();
        assertThat(verification.problem(kept).orElseThrow())
                .hasMessage("`" + data + "` was changed after it was staged");
    }

    /** As after a disk that has lost a bit: no time tells it. */
    @Test
    void aLookAtAllOfAnEntryComparesEveryByte() throws Exception {
        Path entry = lease(job()).entry();
        CachedEnv kept = sweep(PLENTY, false).kept().get(0);
        Path tool = entry.resolve("bin/tool");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(tool, Files.readString(tool).replace('#', '%'));
        Path file = area.notes().resolve(kept.key());
        EntryNote note = EntryNote.read(file).orElseThrow();
        new EntryNote(
                        note.identity(),
                        note.state(),
                        note.boot(),
                        note.census(),
                        note.name(),
                        note.source(),
                        note.files(),
                        note.bytes(),
                        Census.of(entry).lastChange(),
                        note.image())
                .write(file);

        assertThat(new Verification(area).problem(kept).orElseThrow())
                .hasMessageContaining("was staged with " + note.census().orElseThrow())
                .satisfies(problem -> assertThat(problem.hint()).contains("to have it staged anew: rm " + file));
    }

    @Test
    void anAreaThatIsNotTheUsersAloneIsNotUsed() throws Exception {
        Files.setPosixFilePermissions(Files.createDirectory(area.root()), PosixFilePermissions.fromString("rwxr-x---"));

        assertThatThrownBy(() -> lease(job())).isInstanceOf(BadSite.class).hasMessageContaining("private directory");
    }

    /** Where everybody may make directories, a fifo in one must not keep a job waiting for ever. */
    @Test
    void aLookIntoWhatSomebodyElseMadeInTheUsersNameFindsNothing() throws Exception {
        String key = lease(job()).entry().getFileName().toString();
        assertThat(cache(PLENTY).has(demo())).isTrue();

        Files.setPosixFilePermissions(area.root(), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> cache(PLENTY).has(demo())).isInstanceOf(BadSite.class);

        Files.setPosixFilePermissions(area.root(), PosixFilePermissions.fromString("rwx------"));
        Files.delete(area.notes().resolve(key));
        new CommonsExec()
                .run(List.of("/usr/bin/mkfifo", area.notes().resolve(key).toString()), Duration.ofSeconds(5));
        assertThat(cache(PLENTY).has(demo())).isFalse();
    }

    @Test
    void withoutItsDirectoryNothingIsCachedAndWhatToDoIsSaid() throws Exception {
        Files.delete(CacheArea.users(directory.resolve("root")));

        assertThatThrownBy(() -> lease(job()))
                .isInstanceOfSatisfying(
                        BadSite.class, e -> assertThat(e.hint().orElseThrow()).contains("run the installer again"));
    }

    private Path env(String name) throws IOException {
        Path made = directory.resolve("home/envs/" + name);
        Files.createDirectories(made.resolve("conda-meta"));
        Files.createDirectories(made.resolve("bin"));
        Files.writeString(made.resolve("conda-meta/history"), "");
        Path tool = Files.writeString(made.resolve("bin/tool"), "#!" + made + "/bin/sh\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
        return made;
    }

    /** A link's path in the directory of a new job. */
    private Path job() throws IOException {
        Path stage = Files.createDirectories(directory.resolve("jobs/" + ++jobs + ".1.all.q/conda-stage/envs"));
        return stage.resolve("demo");
    }

    private static void strike(Path link) throws IOException {
        FileTree.delete(directoryOf(link));
    }

    private List<Lease.Name> leases() throws IOException {
        List<Lease.Name> found = new ArrayList<>();
        Lease.visit(area, found::add);
        return found;
    }

    private static Path directoryOf(Path link) {
        return link.resolve("../../..").normalize();
    }

    private ResolvedEnv demo() {
        return new ResolvedEnv("demo", new ResolvedEnv.LivePrefix(prefix), Optional.of(prefix), List.of());
    }

    private NodeCache.Kept lease(Path link) throws Exception {
        return lease(PLENTY, demo(), link).orElseThrow();
    }

    private Optional<NodeCache.Kept> lease(CacheLimits limits, ResolvedEnv env, Path link) throws Exception {
        return cache(limits).lease(env, directoryOf(link), link);
    }

    private Path leaseAndStrike(Path from, Instant when) throws Exception {
        Path link = job();
        ResolvedEnv env = new ResolvedEnv(
                from.getFileName().toString(), new ResolvedEnv.LivePrefix(from), Optional.empty(), List.of());
        Path entry = lease(PLENTY, env, link).orElseThrow().entry();
        strike(link);
        area.release(directoryOf(link));
        Files.setLastModifiedTime(area.leases().resolve(entry.getFileName()), FileTime.from(when));
        return entry;
    }

    private NodeCache cache(CacheLimits limits) {
        Stager stager = new Stager(new StageLimits(0, 0, 1));
        return new NodeCache(area, stager, limits, clock(), FUSE, Duration.ofSeconds(1), line -> {});
    }

    private CacheSweep.Swept sweep(CacheLimits limits, boolean dryRun) throws Exception {
        return new CacheSweep(area, limits, clock(), new CommonsExec(), dryRun).sweep();
    }

    private static Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }
}
