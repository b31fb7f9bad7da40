package org.condastagehand.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.condastagehand.host.Exec;
import org.condastagehand.host.Host;
import org.condastagehand.host.StagingException;
import org.condastagehand.host.User;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With a qconf that answers as recorded on Son of Grid Engine 8.1.9; src/test/sge/doctor.bats has the real one. */
class GridEngineReviewTest {
    @TempDir
    Path dir;

    private Path tree;
    private final Map<String, String> answers = new HashMap<>();

    @BeforeEach
    void makeWorld() throws IOException {
        tree = dir.resolve("tree");
        for (String hook :
                List.of("tree/prolog/sge-prolog", "tree/prolog/sge-starter", "tree/epilog/sge-epilog", "bin/qconf")) {
            Path file = dir.resolve(hook);
            Files.createDirectories(file.getParent());
            Files.setPosixFilePermissions(Files.writeString(file, ""), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.createDirectories(dir.resolve("sge/default/common"));
        Files.writeString(dir.resolve("sge/default/common/act_qmaster"), "qmaster\n");
        answers.put("-sql", "all.q\n");
        answers.put("-sc", "conda_env conda_env RESTRING != YES NO NONE 0\n");
        answers.put("-se global", "complex_values slots=8,conda_env=-none-\n");
        answers.put("-sconf", "jsv_url none\n");
    }

    private Optional<GridEngineReview> review() throws StagingException {
        PrintStream stream = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        Map<String, String> environment = Map.of(
                "SGE_ROOT",
                dir.resolve("sge").toString(),
                "PATH",
                dir.resolve("bin").toString());
        Exec qconf = (command, limit) -> {
            String arguments = String.join(" ", command.subList(5, command.size()));
            return new Exec.Result(0, answers.getOrDefault(arguments, ""), "");
        };
        return GridEngineReview.of(
                new Host(environment, dir, new User(0, 0), Clock.systemUTC(), qconf, stream, stream), tree);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BATCH | T/prolog/sge-prolog | T/epilog/sge-epilog | T/prolog/sge-starter | '' | ''",
                "BATCH | root@T/prolog/sge-prolog | root@T/epilog/sge-epilog | T/prolog/sge-starter | '' | ' --root-hooks'",
                "BATCH | NONE | NONE | T/prolog/sge-starter | '' | ' --starter-only'",
                "BATCH INTERACTIVE | NONE | NONE | T/prolog/sge-starter | '' | ''",
                "BATCH | T/prolog/sge-prolog | T/epilog/sge-epilog | NONE | starter_method is `NONE` | ''",
                "BATCH | NONE | T/epilog/sge-epilog | T/prolog/sge-starter | prolog is `NONE` | ''",
                "BATCH | root@T/prolog/sge-prolog | NONE | T/prolog/sge-starter | epilog is `NONE`, not `root@T | ' --root-hooks'",
                "BATCH INTERACTIVE | T/prolog/sge-prolog | NONE | T/prolog/sge-starter | qrsh and qlogin, which its prolog | ''",
                "BATCH | T/prolog/sge-prolog,[n1=/x] | T/epilog/sge-epilog | T/prolog/sge-starter | prolog on `n1` is `/x` | ''",
            })
    void aQueueHasWhatSetUpGivesIt(
            String type, String prolog, String epilog, String starter, String fault, String option) throws Exception {
        String queue =
                "qtype " + type + "\nprolog " + prolog + "\nepilog " + epilog + "\nstarter_method " + starter + "\n";
        answers.put("-sq all.q", queue.replaceAll("(?<=[ @])T/", tree + "/"));

        GridEngineReview.Queue found = review().orElseThrow().queues().get(0);

        assertThat(found.ours()).isTrue();
        assertThat(found.setup()).isEqualTo(tree + "/site-config/sge/setup --queue all.q" + option);
        if (fault.isEmpty()) {
            assertThat(found.faults()).isEmpty();
        } else {
            assertThat(found.faults()).singleElement().asString().contains(fault.replace("root@T", "root@" + tree));
        }
    }

    @Test
    void aQueueWithoutAnyHookOfOursHasNoFault() throws Exception {
        answers.put("-sq all.q", "qtype BATCH\nprolog /site/prolog\nepilog NONE\nstarter_method NONE\n");

        assertThat(review().orElseThrow().queues()).singleElement().satisfies(queue -> {
            assertThat(queue.ours()).isFalse();
            assertThat(queue.faults()).isEmpty();
        });
    }

    @Test
    void aHookThatIsMissingIsAFault() throws Exception {
        answers.put("-sq all.q", "qtype BATCH INTERACTIVE\nstarter_method " + tree + "/prolog/sge-starter\n");
        Files.delete(tree.resolve("prolog/sge-starter"));

        assertThat(review().orElseThrow().queues().get(0).faults())
                .containsExactly("`" + tree + "/prolog/sge-starter` is missing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "slots=8,conda_env=-none- | OURS",
                "conda_env=none | PLAIN",
                "slots=8 | MISSING",
            })
    void tellsWhatTheHostGlobalOffers(String values, GridEngineReview.Offer offer) throws Exception {
        answers.put("-se global", "complex_values " + values + "\n");

        assertThat(review().orElseThrow().offer()).isEqualTo(offer);
    }

    @Test
    void gridEngineIsNotInUseWhereNoQmasterIsNamed() throws Exception {
        Files.writeString(dir.resolve("sge/default/common/act_qmaster"), "\n");

        assertThat(review()).isEmpty();
    }
}
