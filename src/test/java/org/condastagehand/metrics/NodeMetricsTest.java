package org.condastagehand.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.NodeFault;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeMetricsTest {
    private static final Gauges GAUGES = new Gauges(3, 2, 5_000, 700, 1_000, true, "1.2\"\n");
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);

    @TempDir
    Path dir;

    private Path memory;
    private Path records;
    private Path file;

    @BeforeEach
    void makeDirectories() throws IOException {
        memory = Files.createDirectory(dir.resolve("memory"));
        records = Files.createDirectory(dir.resolve("records"));
        file = Files.createDirectory(
                        dir.resolve("collector"),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")))
                .resolve("stages.prom");
    }

    private NodeMetrics metrics() {
        return new NodeMetrics(memory, records, file, Integer.MAX_VALUE, CLOCK);
    }

    private void count(String... lines) throws IOException {
        for (String line : lines) {
            Files.writeString(
                    memory.resolve("journal"), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private List<String> written() throws Exception {
        metrics().write(GAUGES, 0);
        return Files.readAllLines(file);
    }

    @Test
    void whatHooksHaveCountedIsAddedUpOnce() throws Exception {
        count("stage staged archive 310", "stage staged archive 90", "stage fallback none 12", "strike struck none 4");
        assertThat(written())
                .contains(
                        "conda_stagehand_stages_total{verdict=\"staged\",source=\"archive\"} 2",
                        "conda_stagehand_stages_total{verdict=\"fallback\",source=\"none\"} 1",
                        "conda_stagehand_stages_total{verdict=\"failed\",source=\"none\"} 0",
                        "conda_stagehand_stage_seconds_bucket{source=\"archive\",le=\"1.00\"} 1",
                        "conda_stagehand_stage_seconds_bucket{source=\"archive\",le=\"5.00\"} 2",
                        "conda_stagehand_stage_seconds_sum{source=\"archive\"} 4.00",
                        "conda_stagehand_stage_seconds_count{source=\"archive\"} 2",
                        "conda_stagehand_strikes_total{verdict=\"struck\"} 1",
                        "conda_stagehand_jobs 3",
                        "conda_stagehand_cache_bytes 5000",
                        "conda_stagehand_last_sweep_timestamp_seconds 1700000000",
                        "conda_stagehand_build_info{version=\"1.2__\"} 1");
        count("stage staged archive 5");
        assertThat(written()).contains("conda_stagehand_stages_total{verdict=\"staged\",source=\"archive\"} 3");
        assertThat(written()).contains("conda_stagehand_stages_total{verdict=\"staged\",source=\"archive\"} 3");
    }

    @Test
    void aJournalThatIsGoneWithABootTakesNothingAway() throws Exception {
        count("stage staged archive 310");
        metrics().write(GAUGES, 2);
        Files.move(memory.resolve("journal"), dir.resolve("gone")); // whose number no other file gets
        count("stage staged archive 310", "stage failed none 1");

        assertThat(written())
                .contains(
                        "conda_stagehand_stages_total{verdict=\"staged\",source=\"archive\"} 2",
                        "conda_stagehand_stages_total{verdict=\"failed\",source=\"none\"} 1",
                        "conda_stagehand_leftovers_struck_total 2");
    }

    @Test
    void aLineThatIsNotWholeYetCountsWhenItIs() throws Exception {
        count("stage staged archive 310");
        Files.writeString(memory.resolve("journal"), "stage staged arch", StandardOpenOption.APPEND);
        assertThat(written()).contains("conda_stagehand_stages_total{verdict=\"staged\",source=\"archive\"} 1");
        Files.writeString(memory.resolve("journal"), "ive 10\n", StandardOpenOption.APPEND);
        assertThat(written()).contains("conda_stagehand_stages_total{verdict=\"staged\",source=\"archive\"} 2");
    }

    @Test
    void whatNoHookWritesCountsAsNothing() throws Exception {
        count(
                "",
                "stage",
                "stage staged archive -1",
                "stage staged archive 1e3",
                "stage staged archive 99999999999",
                "stage staged none 1",
                "stage fallback archive 1",
                "strike staged none 1",
                "x".repeat(5_000),
                "stage staged archive 1 # ",
                "stage st\u0000ged archive 1");

        assertThat(written()).noneMatch(line -> line.matches("conda_stagehand_(stages|strikes)_total.* [1-9].*"));
        assertThat(records.resolve("metrics")).content().doesNotContain("stage", "strike");
    }

    @Test
    void aLongJournalGoesAndNoLineOfItIsLostOrCountedTwice() throws Exception {
        String line = "stage staged cache 1";
        int many = (1 << 20) / line.length() + 1;
        Files.write(
                memory.resolve("journal"),
                IntStream.range(0, many).mapToObj(i -> line).toList());
        metrics().write(GAUGES, 0);
        // a hook that had opened it by its old name
        Files.writeString(memory.resolve("journal.old"), line + "\n", StandardOpenOption.APPEND);
        count(line);
        metrics().write(GAUGES, 0);

        assertThat(written())
                .contains("conda_stagehand_stages_total{verdict=\"staged\",source=\"cache\"} " + (many + 2));
        assertThat(memory.resolve("journal.old")).doesNotExist();
        assertThat(memory.resolve("journal")).hasSize(line.length() + 1);
    }

    @Test
    void manySweepsAndManyHooksAtOnceCountEachLineOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> hooks = IntStream.range(0, 2)
                    .<Future<?>>mapToObj(hook -> threads.submit(() -> {
                        for (int job = 0; job < 200; job++) {
                            count("stage staged prefix 7");
                        }
                        return null;
                    }))
                    .toList();
            while (!hooks.stream().allMatch(Future::isDone)) {
                metrics().write(GAUGES, 0);
            }
            for (Future<?> hook : hooks) {
                hook.get();
            }
        } finally {
            threads.shutdown();
        }

        assertThat(written()).contains("conda_stagehand_stages_total{verdict=\"staged\",source=\"prefix\"} 400");
    }

    @Test
    void damagedTotalsBeginAnew() throws Exception {
        count("stage staged archive 310");
        metrics().write(GAUGES, 0);
        Files.writeString(records.resolve("metrics"), "stage staged archive=-5\n=\nx=99999999999999999999\n");

        assertThat(written()).contains("conda_stagehand_stages_total{verdict=\"staged\",source=\"archive\"} 1");
    }

    @Test
    void aDirectoryThatIsMissingOrFullIsNamedAndWhatWasCountedStays() throws Exception {
        count("stage staged archive 310");
        NodeMetrics nowhere = new NodeMetrics(memory, records, dir.resolve("none/x.prom"), Integer.MAX_VALUE, CLOCK);

        assertThatThrownBy(() -> nowhere.write(GAUGES, 0))
                .isInstanceOf(NodeFault.class)
                .hasMessageContaining("cannot write the metrics `" + dir.resolve("none/x.prom") + "`");
        assertThat(written()).contains("conda_stagehand_stages_total{verdict=\"staged\",source=\"archive\"} 1");
    }

    @Test
    void aDirectoryThatUsersCanChangeIsRefused() throws Exception {
        NodeMetrics ofUser = new NodeMetrics(memory, records, file, 0, CLOCK);
        assertThatThrownBy(() -> ofUser.write(GAUGES, 0)).isInstanceOf(BadSite.class);
        Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> metrics().write(GAUGES, 0))
                .isInstanceOf(BadSite.class)
                .hasMessage("`" + file.getParent() + "` can be changed by users, so root writes no metrics there");
        assertThat(file).doesNotExist();
    }

    @Test
    void linksInTheirPlaceAreReplacedAndNotFollowed() throws Exception {
        Path precious = Files.writeString(dir.resolve("precious"), "mine");
        Files.createSymbolicLink(file, precious);
        Files.createSymbolicLink(file.resolveSibling(".stages.prom.new"), precious);

        assertThat(written()).contains("conda_stagehand_jobs 3");
        assertThat(precious).hasContent("mine");
        assertThat(file).isRegularFile();
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(file.getParent()).isDirectoryNotContaining(other -> other.endsWith(".stages.prom.new"));
    }

    @Test
    void itIsWhatPrometheusReads() throws Exception {
        count("stage staged archive 310", "strike left none 9");

        PrometheusText.check(written());
    }
}
