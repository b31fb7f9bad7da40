package org.condastagehand.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.ProcessIdentity;
import org.condastagehand.job.HookRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedJobsTest {
    @TempDir
    Path place;

    private Path records;
    private Path spool;

    @BeforeEach
    void spoolWithOneJob() throws IOException {
        records = Files.createDirectory(place.resolve("records"));
        spool = Files.createDirectory(place.resolve("active_jobs"));
        Files.createDirectory(spool.resolve("7.1"));
    }

    private void record(String job, String node, String boot, Path activeJobs) throws IOException {
        Files.writeString(
                records.resolve("sge-default-all.q-" + job),
                "format=1\nnode=" + node + "\nuid=1000\ngid=1000\ndirectory=/tmp/" + job + ".all.q\nspool="
                        + activeJobs.resolve(job) + "\nboot=" + boot + "\nend\n");
    }

    private RecordedJobs.Judged judge() throws NodeFault {
        return new RecordedJobs(records, "node1", Duration.ZERO).judge("sge-", suspects -> ExecdSpool.over());
    }

    private static List<String> jobs(List<HookRecord> records) {
        return records.stream()
                .map(record -> record.file().toString().replaceFirst(".*-", ""))
                .sorted()
                .toList();
    }

    @Test
    void aJobIsOverWhenExecdHasForgottenIt() throws Exception {
        record("7.1", "node1", ProcessIdentity.currentBoot(), spool);
        record("8.1", "node1", ProcessIdentity.currentBoot(), spool);
        assertEquals(List.of("8.1"), jobs(judge().over()));
        assertEquals(List.of("7.1"), jobs(judge().kept()));
    }

    @Test
    void aRecordOfAnotherVersionIsLeftForIt() throws Exception {
        record("8.1", "node1", "another boot", spool);
        Path record = records.resolve("sge-default-all.q-8.1");
        Files.writeString(record, Files.readString(record).replace("format=1\n", "format=2\nnew=\n"));
        assertEquals(List.of(), jobs(judge().over()));
        assertEquals(List.of(record), judge().foreign());
    }

    @Test
    void aRecordOfThisFormatIsReadWithoutTheKeysThatCameLaterAndWithMore() throws Exception {
        record("8.1", "node1", ProcessIdentity.currentBoot(), spool);
        Path record = records.resolve("sge-default-all.q-8.1");
        Files.writeString(record, Files.readString(record).replace("gid=1000\n", "unheard_of=1\n"));
        assertEquals(List.of("8.1"), jobs(judge().over()));
        assertEquals(List.of(), judge().foreign());
    }

    @Test
    void aSpoolThatCannotBeReadProvesNothing() throws Exception {
        record("8.1", "node1", ProcessIdentity.currentBoot(), place.resolve("not mounted"));
        assertEquals(List.of(), jobs(judge().over()));
    }

    @Test
    void anotherHostsJobsAreNotJudged() throws Exception {
        record("8.1", "node2", ProcessIdentity.currentBoot(), spool);
        assertEquals(List.of(), jobs(judge().over()));
    }

    @Test
    void aRebootEndsAllJobs() throws Exception {
        record("7.1", "node1", "another", spool);
        assertEquals(List.of("7.1"), jobs(judge().over()));
    }

    @Test
    void whatIsNoRecordIsNotJudged() throws Exception {
        Files.writeString(records.resolve("sge-default-all.q-8.1"), "format=1\nnode=node1\nspool=" + spool + "/8.1\n");
        Files.createDirectory(records.resolve("sge-directory"));
        Files.write(records.resolve("sge-bytes"), new byte[] {(byte) 0xff, '\n'});
        Files.createSymbolicLink(records.resolve("sge-link"), Path.of("/dev/zero"));
        record("9.1", "node1", ProcessIdentity.currentBoot(), spool);
        assertEquals(List.of("9.1"), jobs(judge().over()));
        assertEquals(List.of(), jobs(judge().kept()));
    }

    @Test
    void anUnfinishedRecordGoesWhenItsWriterMustHaveDied() throws Exception {
        Files.writeString(records.resolve("sge-default-all.q-1.1.new"), "");
        Path old = Files.writeString(records.resolve("sge-default-all.q-2.1.new"), "");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        assertEquals(List.of(old), judge().unfinished());
    }

    @Test
    void withoutRecordsNothingIsOver() throws Exception {
        Files.delete(records);
        assertEquals(List.of(), judge().over());
    }
}
