package org.condastagehand.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.condastagehand.host.AsNobody;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.ProcessIdentity;
import org.condastagehand.host.StagingException;
import org.condastagehand.host.User;
import org.condastagehand.job.JobArea;
import org.condastagehand.job.JobDirectory;
import org.condastagehand.job.JobRecord;
import org.condastagehand.job.RecordStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SweepTest {
    @TempDir
    private Path localRoot;

    private User user;
    private JobArea area;
    private RecordStore store;
    private ProcessIdentity self;
    private ProcessIdentity dead;

    @BeforeEach
    void usersMayHaveAreas() throws Exception {
        Files.createDirectory(JobArea.users(localRoot));
        user = User.current();
        area = JobArea.of(localRoot, user);
        area.make();
        store = new RecordStore(area);
        self = ProcessIdentity.self();
        dead = new ProcessIdentity(self.bootId(), self.pidNamespace(), self.pid(), self.startTime() - 1);
    }

    private JobRecord record(String name, Path directory, Optional<String> identity, ProcessIdentity owner)
            throws IOException {
        JobRecord record = new JobRecord(name, "n1", user, directory, identity, owner);
        Files.createDirectories(area.records()); // an earlier strike may have taken the empty area away
        store.write(record);
        return record;
    }

    /** A job with files and a whole record. */
    private JobRecord job(ProcessIdentity owner) throws IOException {
        String name = "local-" + owner.pid() + "." + owner.startTime();
        Path directory = Files.createDirectory(area.jobs().resolve(name));
        Files.writeString(Files.createDirectories(directory.resolve("a/b")).resolve("file"), "x");
        return record(name, directory, Optional.of(FileTree.identity(directory)), owner);
    }

    private Sweeper.Swept sweep(boolean dryRun) throws StagingException {
        return new Sweeper(area, "n1", dryRun).sweep();
    }

    private List<String> everything() throws IOException {
        try (Stream<Path> files = Files.walk(localRoot)) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    private void assertNothingLeft() {
        assertThat(JobArea.users(localRoot)).isEmptyDirectory();
    }

    @Test
    void aRecordOfAnotherVersionIsLeftForItWithItsJob() throws Exception {
        JobRecord job = job(dead);
        Path record = area.records().resolve(job.name());
        Files.writeString(record, Files.readString(record).replace("format=1\n", "format=2\n"));
        Sweeper.Swept swept = sweep(false);
        assertThat(swept.struck()).isEmpty();
        assertThat(swept.failures())
                .singleElement()
                .extracting(Throwable::getMessage)
                .asString()
                .contains("another version of conda-stagehand wrote `" + record + "`");
        assertThat(job.directory().resolve("a/b/file")).exists();
        Files.writeString(record, Files.readString(record).replace("format=2\n", "format=1\n"));
        sweep(false);
        assertNothingLeft();
    }

    @Test
    void strikesTwiceAndLeavesNothing() throws Exception {
        JobRecord record = job(self);
        new Strike(area).strike(record);
        assertNothingLeft();
        new Strike(area).strike(record);
        new Strike(area).strikeOwn();
        assertNothingLeft();
    }

    @Test
    void strikesWhatThisProcessRecordedAndNoOther() throws Exception {
        JobDirectory.make(area, "n1", user);
        JobDirectory.make(area, "n1", user);
        JobRecord other = job(dead);
        new Strike(area).strikeOwn();
        assertThat(store.names()).containsExactly(other.name());
        assertThat(other.directory()).exists();
    }

    @Test
    void leavesADirectoryThatTookThePlaceOfTheRecorded() throws Exception {
        JobRecord record = job(self);
        Files.move(record.directory(), localRoot.resolve("moved"));
        Files.createDirectory(record.directory());
        new Strike(area).strike(record);
        assertThat(record.directory()).exists();
        assertThat(localRoot.resolve("moved/a/b/file")).exists();
        assertThat(store.names()).isEmpty();
    }

    @Test
    void strikesThoughTheTrashIsMissing() throws Exception {
        JobRecord record = job(self);
        Files.delete(area.trash());
        new Strike(area).strike(record);
        assertNothingLeft();
    }

    @Test
    void strikesWhileAProcessUsesTheTree() throws Exception {
        JobRecord record = job(self);
        Process user = new ProcessBuilder("sh", "-c", "exec 3>open; echo ready; sleep 600")
                .directory(record.directory().toFile())
                .start();
        try {
            assertThat(user.inputReader().readLine()).isEqualTo("ready");
            new Strike(area).strike(record);
            assertNothingLeft();
        } finally {
            user.destroyForcibly().waitFor();
        }
    }

    /** A mount, which stands for writers that are always faster. */
    @Test
    void whatCannotBeStruckNowIsToldAndLeftToTheNextSweep() throws Exception {
        assumeTrue(user.isRoot(), "only root mounts");
        JobRecord record = job(dead);
        AsNobody.shell(record.directory(), "mkdir busy && mount -t tmpfs none busy && touch busy/kept");
        Path trash;
        try {
            assertThatThrownBy(() -> new Strike(area).strike(record))
                    .isInstanceOf(NodeFault.class)
                    .hasMessageContaining("left for the next sweep");
            assertThat(record.directory()).doesNotExist();
            try (Stream<Path> left = Files.list(area.trash())) {
                trash = left.findFirst().orElseThrow();
            }
            assertThat(trash.resolve("busy/kept")).exists();
            assertThat(sweep(false).failures()).isNotEmpty();
        } finally {
            AsNobody.shell(localRoot, "umount \"$(findmnt -rno TARGET | grep -F \"$PWD\")\"");
        }
        assertThat(sweep(false).failures()).isEmpty();
        assertNothingLeft();
    }

    @Test
    void outsideTheAreaStrikesOnlyWhatItsOwnerAloneCouldHaveMade() throws Exception {
        String unique = self.pid() + "." + self.startTime();
        Path work = Files.createDirectory(localRoot.resolve(".env.stage-" + unique));
        Path precious = Files.createDirectory(localRoot.resolve("precious"));
        new Strike(area).strike(record("local-1.1", precious, Optional.empty(), self));
        new Strike(area).strike(record("local-1.2", precious, Optional.of("(dev=0,ino=0)"), self));
        new Strike(area).strike(record("local-1.3", work, Optional.empty(), self));
        assertThat(precious).exists();
        assertThat(work).doesNotExist();
        assertThat(store.names()).isEmpty();
    }

    @Test
    void neverTakesAllJobsForOne() throws Exception {
        JobRecord alive = job(self);
        JobRecord wrong = record("local-1.1", area.jobs(), Optional.empty(), dead);
        new Strike(area).strike(wrong);
        assertThat(alive.directory().resolve("a/b/file")).exists();
    }

    /** Makes a job with the mode 0 and strikes it, as a user whom modes keep out. */
    public static final class ShutJob {
        private ShutJob() {}

        public static void main(String[] arguments) throws IOException, StagingException {
            JobArea area = JobArea.of(Path.of(arguments[0]), User.current());
            JobDirectory job = JobDirectory.make(area, "n1", User.current());
            Files.setAttribute(job.envs(), "unix:mode", 0555);
            Files.setAttribute(job.path(), "unix:mode", 0);
            new Strike(area).strikeOwn();
        }
    }

    @Test
    void strikesADirectoryThatTheJobShut() throws Exception {
        area.removeIfEmpty();
        AsNobody.shell(localRoot, "chmod 711 . && chmod 1777 users && mkdir scratch");
        AsNobody.run(localRoot.resolve("scratch"), ShutJob.class, localRoot);
        assertNothingLeft();
    }

    @Test
    void keepsTheLivingAndStrikesTheDead() throws Exception {
        JobRecord alive = job(self);
        JobRecord gone = job(dead);
        JobRecord before = job(new ProcessIdentity("another boot", self.pidNamespace(), 1, 1));

        Sweeper.Swept swept = sweep(false);

        assertThat(swept.struck())
                .extracting(Holding::path)
                .containsExactlyInAnyOrder(gone.directory(), before.directory());
        assertThat(swept.kept()).extracting(Holding::path).containsExactly(alive.directory());
        assertThat(swept.kept()).extracting(Holding::job).containsExactly(alive.name());
        assertThat(swept.kept()).extracting(Holding::uid).containsExactly((long) user.uid());
        assertThat(swept.kept()).allSatisfy(held -> assertThat(held.since()).isPresent());
        assertThat(swept.failures()).isEmpty();
        assertThat(alive.directory().resolve("a/b/file")).exists();
        assertThat(store.names()).containsExactly(alive.name());
        assertThat(gone.directory()).doesNotExist();
        assertThat(area.trash()).isEmptyDirectory();
    }

    @Test
    void keepsTheJobsOfOtherNodesAndContainers() throws Exception {
        JobRecord container = job(new ProcessIdentity(self.bootId(), "pid:[1]", 1 << 22, 1));
        JobRecord node =
                new JobRecord("local-2.2", "n2", user, area.jobs().resolve("local-2.2"), Optional.empty(), dead);
        Files.createDirectory(node.directory());
        store.write(node);
        assertThat(sweep(false).struck()).isEmpty();
        assertThat(node.directory()).exists();
        assertThat(container.directory()).exists();
    }

    /** Of a job on a host that no prolog reaches each task has a shepherd, and the process that staged is gone. */
    @Test
    void asksExecdsSpoolWhereNoProcessIsThereAllTheTime() throws Exception {
        Path activeJobs = Files.createDirectory(localRoot.resolve("active_jobs"));
        JobRecord running = job(dead);
        store.write(running.withSpool(Files.createDirectory(activeJobs.resolve("7.1"))));
        assertThat(sweep(false).struck()).isEmpty();
        assertThat(running.directory().resolve("a/b/file")).exists();

        Files.delete(activeJobs.resolve("7.1"));
        assertThat(sweep(true).struck()).extracting(Holding::path).containsExactly(running.directory());
        Files.move(activeJobs, localRoot.resolve("unreadable"));
        assertThat(sweep(false).struck()).as("no answer is no proof").isEmpty();

        Files.move(localRoot.resolve("unreadable"), activeJobs);
        assertThat(sweep(false).struck()).extracting(Holding::path).containsExactly(running.directory());
        assertNothingLeft();
    }

    @Test
    void afterABootNoSpoolIsAsked() throws Exception {
        JobRecord before = job(new ProcessIdentity("another boot", self.pidNamespace(), 1, 1));
        store.write(before.withSpool(Files.createDirectories(localRoot.resolve("active_jobs/7.1"))));
        assertThat(sweep(false).struck()).extracting(Holding::path).containsExactly(before.directory());
    }

    @Test
    void aDryRunChangesNothing() throws Exception {
        job(dead);
        Files.createDirectory(area.trash().resolve("local-1.1.struck-ff"));
        Files.writeString(area.records().resolve("local-1.1.new"), "half");
        List<String> before = everything();
        assertThat(sweep(true).struck()).hasSize(3);
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void oneSweepTakesWhatHasNoReadableRecord() throws Exception {
        String name = "local-" + dead.pid() + "." + dead.startTime();
        Files.createDirectories(area.jobs().resolve(name).resolve("a"));
        Files.writeString(area.records().resolve(name), "torn by a power loss");
        Files.writeString(area.records().resolve("local-1.1.new"), "half");
        Files.createDirectories(area.jobs().resolve("local-1.2.abcd/a"));
        Files.createDirectories(area.trash().resolve("local-1.3.struck-ff/a"));

        assertThat(sweep(false).failures()).isEmpty();

        assertNothingLeft();
    }

    @Test
    void theUnfinishedRecordOfTheLivingStays() throws Exception {
        Path unfinished = area.records().resolve("local-" + self.pid() + "." + self.startTime() + ".ab.new");
        Files.writeString(unfinished, "half");
        assertThat(sweep(false).kept()).extracting(Holding::path).containsExactly(unfinished);
        assertThat(unfinished).exists();
    }

    @Test
    void namesThatNoJobHasAreNobodys() throws Exception {
        Files.createDirectory(area.jobs().resolve("mine"));
        Files.createDirectory(area.jobs().resolve("local-1"));
        Files.writeString(area.records().resolve("notes"), "x");
        AsNobody.shell(area.jobs(), "mkdir \"$(printf 'caf\\351')\"");
        List<String> before = everything();
        sweep(false);
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void oneJobThatCannotBeStruckKeepsNoOther() throws Exception {
        Files.createDirectories(area.records().resolve("local-1.1/sub"));
        JobRecord gone = job(dead);
        Sweeper.Swept swept = sweep(false);
        assertThat(swept.failures()).hasSize(1);
        assertThat(gone.directory()).doesNotExist();
    }

    @Test
    void refusesAnAreaThatOthersMayEnter() throws Exception {
        JobRecord gone = job(dead);
        Files.setAttribute(area.jobs().getParent(), "unix:mode", 0770);
        Sweeper.Swept swept = sweep(false);
        assertThat(swept.failures()).hasSize(1).first().isInstanceOf(BadSite.class);
        assertThat(swept.struck()).isEmpty();
        assertThat(gone.directory()).exists();
    }

    @Test
    void noAreaIsSweptAlready() throws Exception {
        area.removeIfEmpty();
        assertThat(sweep(false).struck()).isEmpty();
    }
}
