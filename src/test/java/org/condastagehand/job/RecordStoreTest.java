package org.condastagehand.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.condastagehand.host.ProcessIdentity;
import org.condastagehand.host.User;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordStoreTest {
    private static final ProcessIdentity OWNER = new ProcessIdentity("boot", "pid:[1]", 7, 8);

    @TempDir
    private Path localRoot;

    private JobArea area;
    private RecordStore store;

    @BeforeEach
    void anAreaIsThere() throws Exception {
        Files.createDirectory(JobArea.users(localRoot));
        area = JobArea.of(localRoot, User.current());
        area.make();
        store = new RecordStore(area);
    }

    private static JobRecord record(Path directory, Optional<String> identity) {
        return new JobRecord("local-7.8", "n1", new User(1000, 100), directory, identity, OWNER);
    }

    @Test
    void readsBackWhatItWrote() throws Exception {
        JobRecord first = record(Path.of("/x"), Optional.empty());
        store.write(first);
        assertThat(store.read("local-7.8")).contains(first);
        JobRecord second = first.withIdentity("(dev=1,ino=2)");
        store.write(second);
        assertThat(store.read("local-7.8")).contains(second);
        JobRecord third = first.withSpool(Path.of("/spool/n1/active_jobs/7.1"));
        store.write(third);
        assertThat(store.read("local-7.8")).contains(third);
        assertThat(store.names()).containsExactly("local-7.8");
        assertThat(Files.getPosixFilePermissions(area.records().resolve("local-7.8")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        store.delete("local-7.8");
        store.delete("local-7.8");
        assertThat(store.names()).isEmpty();
    }

    /** A path that is cut at its line break would be another directory. */
    @Property
    void keepsEveryDirectoryWhole(
            @ForAll @Chars({'a', '\n', '\\', 'n', '=', ' ', 'é', '\r'}) @StringLength(min = 1, max = 20) String name) {
        JobRecord record = record(Path.of("/d").resolve(name), Optional.of("(dev=1,ino=2)"));
        assertThat(JobRecord.parse(record.name(), record.format())).contains(record);
    }

    @Test
    void aTornRecordIsNoRecord() throws Exception {
        String text = record(Path.of("/x"), Optional.empty()).format();
        for (int length = 0; length < text.length(); length++) {
            assertThat(JobRecord.parse("local-7.8", text.substring(0, length))).isEmpty();
        }
        Files.writeString(area.records().resolve("torn"), "\0".repeat(300));
        assertThat(store.read("torn")).isEmpty();
        Files.write(area.records().resolve("bytes"), new byte[] {(byte) 0xff, '\n'});
        assertThat(store.read("bytes")).isEmpty();
    }

    @Test
    void whatIsNoFileOrTooLargeIsNoRecord() throws Exception {
        Files.createDirectory(area.records().resolve("directory"));
        Files.createSymbolicLink(area.records().resolve("link"), Path.of("/dev/zero"));
        Files.write(area.records().resolve("large"), new byte[1 << 17]);
        for (String name : new String[] {"directory", "link", "large", "none"}) {
            assertThat(store.read(name)).isEmpty();
        }
    }

    @Test
    void namesNoDirectoryThatCouldBeAnother() {
        for (String directory : new String[] {"/", "relative", "/a/../b", "/a/./b"}) {
            assertThatThrownBy(() -> record(Path.of(directory), Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class);
            String text = record(Path.of("/x"), Optional.empty()).format().replace("=/x\n", "=" + directory + "\n");
            assertThat(JobRecord.parse("local-7.8", text)).isEmpty();
        }
    }

    @Test
    void anUnfinishedRecordIsReplaced() throws Exception {
        Files.writeString(area.records().resolve("local-7.8" + RecordStore.UNFINISHED), "half");
        store.write(record(Path.of("/x"), Optional.empty()));
        assertThat(store.names()).containsExactly("local-7.8");
    }
}
