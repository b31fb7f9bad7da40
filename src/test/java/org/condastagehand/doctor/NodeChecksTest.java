package org.condastagehand.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.condastagehand.doctor.Finding.Grade;
import org.condastagehand.host.Mount;
import org.condastagehand.setup.HooksConf;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checks that ask no scheduler. */
class NodeChecksTest {
    @TempDir
    Path dir;

    private World world;

    @BeforeEach
    void makeTheTree() throws IOException {
        world = new World(dir);
    }

    private static Finding only(Check check) throws Exception {
        List<Finding> findings = check.findings();
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }

    private List<Finding> java(String program, String maps) throws Exception {
        world.executable("bin/conda-stagehand", "#!/bin/sh\n" + program + "\n");
        return new JavaCheck(world.probe(), world.place(), Files.writeString(dir.resolve("maps"), maps)).findings();
    }

    @Test
    void javaIsWellThatStartsWithItsArchiveMapped() throws Exception {
        assertThat(java("echo 1.0", "7f00-7f01 r--p 0 08:01 1 /opt/lib/server/conda-stagehand.jsa\n"))
                .extracting(Finding::grade)
                .containsExactly(Grade.OK, Grade.OK);
    }

    @Test
    void javaFailsThatDoesNotStartAndSaysWhy() throws Exception {
        Finding found = java("echo 'no Java in here' >&2; exit 69", "").get(0);

        assertThat(found.grade()).isEqualTo(Grade.FAIL);
        assertThat(found.text()).endsWith(" does not start: no Java in here");
        assertThat(found.mend())
                .hasValueSatisfying(mend -> assertThat(mend).startsWith("./install --prefix " + world.tree));
    }

    @Test
    void anArchiveThatIsThereAndNotInUseIsTold() throws Exception {
        assertThat(java("echo 1.0", "7f00-7f01 r--p 0 08:01 1 /opt/lib/libjvm.so\n")
                        .get(1)
                        .text())
                .contains("is missing: each start takes");
        world.executable("lib/runtime/lib/server/conda-stagehand.jsa", "of another Java");

        Finding found = java("echo 1.0", "").get(1);

        assertThat(found.grade()).isEqualTo(Grade.WARN);
        assertThat(found.text()).contains("is not that of this Java and these jars");
    }

    private Finding hooksConf(String... site) throws Exception {
        return only(new HooksConfCheck(world.place(site), "type/setup"));
    }

    private void setUp() throws Exception {
        Place place = world.place();
        HooksConf.read(world.tree).with(place.everywhere(), world.tree).write(world.tree);
    }

    @Test
    void hooksConfIsWellThatSetUpHasWritten() throws Exception {
        setUp();
        FileTime now = Files.getLastModifiedTime(HooksConf.in(world.tree));
        Place place = world.place();
        Files.setLastModifiedTime(world.siteFile(), now);

        assertThat(only(new HooksConfCheck(place, "type/setup")).grade()).isEqualTo(Grade.OK);
    }

    @Test
    void hooksConfFailsThatIsMissing() throws Exception {
        assertThat(hooksConf()).satisfies(found -> {
            assertThat(found.grade()).isEqualTo(Grade.FAIL);
            assertThat(found.text()).contains("is missing: no hook knows where to stage");
            assertThat(found.mend()).contains("type/setup");
        });
    }

    @Test
    void hooksConfFailsThatSaysOtherThingsThanTheSite() throws Exception {
        setUp();

        assertThat(hooksConf("stage_timeout = '2 min'", "min_uid = 500")).satisfies(found -> {
            assertThat(found.grade()).isEqualTo(Grade.FAIL);
            assertThat(found.text()).endsWith(": stage_timeout=120, not 300, min_uid=500, not 1000");
            assertThat(found.mend()).contains("type/setup");
        });
    }

    @Test
    void hooksConfThatIsOnlyOlderThanTheSiteIsWarnedOf() throws Exception {
        setUp();
        Files.setLastModifiedTime(HooksConf.in(world.tree), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));

        assertThat(hooksConf()).satisfies(found -> {
            assertThat(found.grade()).isEqualTo(Grade.WARN);
            assertThat(found.text()).contains("is older than `" + world.siteFile() + "`");
            assertThat(found.mend()).contains("touch " + HooksConf.in(world.tree));
        });
    }

    private Finding sweep() throws Exception {
        return only(new SweepCheck(world.probe(), world.place(), dir));
    }

    @Test
    void whereNobodySweepsTheMendIsALineForCron() throws Exception {
        Finding found = sweep();

        assertThat(found.grade()).isEqualTo(Grade.WARN);
        assertThat(found.mend())
                .contains("echo '*/5 * * * * root " + world.tree
                        + "/bin/conda-stagehand sweep >/dev/null' >/etc/cron.d/conda-stagehand");
        Files.createDirectories(dir.resolve("etc/cron.d"));
        Path line = dir.resolve("etc/cron.d/conda-stagehand");
        Files.writeString(line, "#*/5 * * * * root " + world.tree + "/bin/conda-stagehand sweep >/dev/null\n");
        assertThat(sweep().grade()).isEqualTo(Grade.WARN);
        Files.writeString(line, "*/5 * * * * root " + world.tree + "/bin/conda-stagehand sweep >/dev/null\n");
        assertThat(sweep().grade()).isEqualTo(Grade.OK);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "active | success | OK | by `conda-stagehand-sweep.timer`, last Mon 2026-03-02 09:00:00 UTC | ''",
                "inactive | success | WARN | `conda-stagehand-sweep.timer` is inactive | systemctl enable --now",
                "failed | success | WARN | `conda-stagehand-sweep.timer` is failed | systemctl enable --now",
                "active | exit-code | WARN | the last one ended with exit-code | journalctl -u conda-stagehand-sweep",
            })
    void theTimerOfSystemdIsAsked(String state, String result, Grade grade, String text, String mend) throws Exception {
        Files.createDirectories(dir.resolve("run/systemd/system"));
        world.answer("sweep.timer", 0, "LastTriggerUSec=Mon 2026-03-02 09:00:00 UTC\nActiveState=" + state + "\n")
                .answer("sweep.service", 0, "Result=" + result + "\n");

        Finding found = sweep();

        assertThat(found.grade()).isEqualTo(grade);
        assertThat(found.text()).contains(text);
        assertThat(found.mend().orElse("")).contains(mend);
    }

    private List<Finding> cache(Optional<String> refusal, String... site) throws Exception {
        Place place = world.place(site);
        Place roots = new Place(place.node(), place.tree(), place.site(), place.everywhere(), place.siteFile(), 0);
        return new CacheCheck(world.probe(), roots, () -> refusal).findings();
    }

    @Test
    void aNodeWithoutCacheNeedsNothingForIt() throws Exception {
        assertThat(cache(Optional.of("no fuse"))).isEmpty();
        assertThat(cache(Optional.of("no fuse"), "[cache]", "enabled = true")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2, '', v1/7, WARN, there is no account",
        "0, conda-stagehand:x:7:7::/:/bin/false, v1/7, OK, keeps what [envs] publishes",
        "0, conda-stagehand:x:7:7::/:/bin/false, v1/8, WARN, is not that of the account",
    })
    void whatTheSitePublishesNeedsAnAccount(int status, String account, String link, Grade grade, String text)
            throws Exception {
        world.answer("getent passwd", status, account).answer("readlink", 0, link);

        Finding found = cache(Optional.empty(), "[cache]", "enabled = true", "[envs]", "a = '/a'")
                .get(0);

        assertThat(found.grade()).isEqualTo(grade);
        assertThat(found.text()).contains(text);
        assertThat(found.mend().isPresent()).isEqualTo(grade == Grade.WARN);
    }

    @Test
    void imagesNeedTheKernelAndThoseOfUsersFuse() throws Exception {
        world.answer("/proc/filesystems", 1, "").answer("modprobe", 1, "");

        assertThat(cache(Optional.of("this node has no `squashfuse`"), "[cache]", "enabled = true", "images = 'users'"))
                .extracting(Finding::grade, Finding::text)
                .containsExactly(
                        tuple(Grade.WARN, "the kernel has no squashfs: what an image has is staged instead"),
                        tuple(Grade.WARN, "this node has no `squashfuse`: what a user's image has is staged instead"));
        world.answer("modprobe", 0, "");
        assertThat(cache(Optional.empty(), "[cache]", "enabled = true", "images = 'users'"))
                .extracting(Finding::grade)
                .containsExactly(Grade.OK, Grade.OK);
    }

    @Test
    void aFileFromTheFutureTellsThatTheClockIsBehind() throws Exception {
        setUp();
        Place place = world.place();
        Instant written = Files.getLastModifiedTime(HooksConf.in(world.tree)).toInstant();

        assertThat(only(new ClockCheck(at(written), Optional.empty(), place)).grade())
                .isEqualTo(Grade.OK);
        Finding found = only(new ClockCheck(at(written.minusSeconds(60)), Optional.empty(), place));
        assertThat(found.grade()).isEqualTo(Grade.WARN);
        assertThat(found.text()).contains("was written in the future");
    }

    @ParameterizedTest
    @CsvSource({"0, OK", "10, OK", "11, WARN", "299, WARN", "300, FAIL"})
    void aClockApartFromSlurmctldsIsTold(int seconds, Grade grade) {
        assertThat(ClockCheck.against(Duration.ofSeconds(seconds)).grade()).isEqualTo(grade);
    }

    private static Clock at(Instant instant) {
        return Clock.fixed(instant, ZoneOffset.UTC);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rw - nfs4 n:/ rw,vers=4.2,sec=krb5p | WARN",
                "rw - nfs4 n:/ rw,vers=4.2,sec=sys | OK",
                "rw - cifs n:/ rw,sec=krb5i | WARN",
                "rw - afs AFS rw | WARN",
                "rw - ext4 /dev/a rw | OK",
            })
    void whatIsReadWithATicketIsTold(String mount, Grade grade) throws Exception {
        List<Mount> mounts = Mount.parse("1 0 0:1 / /home " + mount + "\n");

        Finding found = only(new HomesCheck(mounts, world.place()));

        assertThat(found.grade()).isEqualTo(grade);
        assertThat(found.text().startsWith("`/home` (")).isEqualTo(grade == Grade.WARN);
    }

    private Finding decompressor(String choice, String measured) throws Exception {
        byte[] sample = "some bytes of an environment ".repeat(1000).getBytes(StandardCharsets.UTF_8);
        Files.createDirectories(world.tree.resolve("lib/runtime/lib"));
        Files.write(world.tree.resolve("lib/runtime/lib/modules"), sample);
        Files.writeString(world.tree.resolve("lib/decompressor"), measured);
        return only(new DecompressorCheck(world.place("decompressor = '" + choice + "'")));
    }

    @Test
    void tellsHowQuicklyTheProgramOfTheInstallationReads() throws Exception {
        Finding found = decompressor("auto", "gzip=/bin/gzip\n");

        assertThat(found.grade()).isEqualTo(Grade.OK);
        assertThat(found.text()).matches("gzip by `/bin/gzip`: [1-9][0-9]* MB/s \\(Java [1-9][0-9]* MB/s\\)");
    }

    @Test
    void failsWithAProgramThatDoesNotDecompress() throws Exception {
        Path cat = world.executable("cat", "#!/bin/sh\nexec cat\n");

        Finding found = decompressor(cat.toString(), "");

        assertThat(found.grade()).isEqualTo(Grade.FAIL);
        assertThat(found.text()).matches("gzip by `.*/cat` fails: [0-9]+ bytes came out of a sample of 29000");
    }

    @Test
    void warnsWhereJavaAloneReads() throws Exception {
        assertThat(decompressor("java", "").grade()).isEqualTo(Grade.OK);
        assertThat(decompressor("/none/igzip", "")).satisfies(found -> {
            assertThat(found.grade()).isEqualTo(Grade.WARN);
            assertThat(found.text()).contains("this node lacks `/none/igzip`");
        });
        assertThat(decompressor("auto", "")).satisfies(found -> {
            assertThat(found.grade()).isEqualTo(Grade.WARN);
            assertThat(found.text()).startsWith("gzip by Java: Java ");
        });
    }

    @Test
    void nothingIsToBeMendedWhereAllIsWell() {
        assertThatThrownBy(() -> new Finding("a", Grade.OK, "well", Optional.of("type this")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
