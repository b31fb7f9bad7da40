package org.condastagehand.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.Exec;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;
import org.condastagehand.host.User;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With a scontrol that answers as Slurm 22.05 does; src/test/slurm/doctor.bats has the real one. */
class SlurmReviewTest {
    private static final String WELL = """
            Configuration data as of 2026-03-01T09:12:13
            BatchStartTimeout       = 360 sec
            Epilog                  = __TREE__/epilog/slurm-epilog
            JobContainerType        = job_container/none
            ProctrackType           = proctrack/linuxproc
            Prolog                  = __TREE__/prolog/slurm-prolog
            PrologEpilogTimeout     = 600
            PrologFlags             = Alloc,DeferBatch
            SLURM_CONF              = __DIR__/slurm.conf
            SLURM_VERSION           = 22.05.8
            TaskProlog              = __TREE__/prolog/slurm-task-prolog
            """;

    @TempDir
    Path dir;

    private Optional<SlurmReview> review(int status, String out, String err) throws StagingException, IOException {
        Path scontrol = Files.createDirectories(dir.resolve("bin")).resolve("scontrol");
        Files.writeString(scontrol, "");
        Files.setPosixFilePermissions(scontrol, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(dir.resolve("slurm.conf"), "ClusterName=c\n");
        String said = out.replace("__TREE__", tree().toString()).replace("__DIR__", dir.toString());
        return SlurmReview.of(
                host((command, limit) -> answer(command, limit, new Exec.Result(status, said, err))), site(), tree());
    }

    private static Exec.Result answer(List<String> command, Duration limit, Exec.Result result) {
        assertThat(limit).isLessThanOrEqualTo(Duration.ofMinutes(1));
        assertThat(command).endsWith("show", "config");
        return result;
    }

    private SlurmReview running(String out) throws StagingException, IOException {
        return review(0, out, "").orElseThrow();
    }

    private Path tree() {
        return dir.resolve("tree");
    }

    private static SiteConfig site() {
        return SiteConfig.defaults().withLocalRoot("/scratch/stage");
    }

    private Host host(Exec exec) {
        PrintStream stream = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return new Host(
                Map.of("PATH", dir.resolve("bin").toString()),
                dir,
                new User(0, 0),
                Clock.systemUTC(),
                exec,
                stream,
                stream);
    }

    @Test
    void allIsMetAfterSetUp() throws Exception {
        assertThat(running(WELL).lines())
                .hasSize(6)
                .allSatisfy(line -> assertThat(line.isMet()).as(line.key()).isTrue());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Epilog .* | Epilog = (null) | Epilog",
                "Prolog .* | Prolog = /site/prolog | Prolog",
                "TaskProlog .* | TaskProlog = /old/prolog/slurm-task-prolog | TaskProlog",
                "PrologFlags .* | PrologFlags = Alloc | PrologFlags",
                "PrologFlags .* | PrologFlags = (null) | PrologFlags",
                "PrologEpilogTimeout .* | PrologEpilogTimeout = 60 | PrologEpilogTimeout",
                "BatchStartTimeout .* | BatchStartTimeout = 10 sec | BatchStartTimeout",
                "ProctrackType .* | ProctrackType = proctrack/cgroup | PrologFlags",
            })
    void whatIsNotAsSetUpLeavesItIsNotMet(String from, String to, String key) throws Exception {
        List<SlurmReview.Line> lines =
                running(WELL.replaceAll("(?m)^" + from, to)).lines();

        assertThat(lines)
                .filteredOn(line -> !line.isMet())
                .extracting(SlurmReview.Line::key)
                .containsExactly(key);
    }

    @Test
    void whatNewerSlurmNumbersIsFoundAndALongerLimitIsAsGood() throws Exception {
        String newer = WELL.replaceAll("(?m)^Prolog  ", "Prolog[0]  ").replace("= 600", "= 3600");

        assertThat(running(newer).lines()).allMatch(SlurmReview.Line::isMet);
    }

    @Test
    void tellsWhatOurHookCalls() throws Exception {
        Files.createDirectories(tree().resolve("etc"));
        Files.writeString(HooksConf.in(tree()), "next_prolog=/site/prolog\n");

        assertThat(running(WELL).lines().get(0).next()).isEqualTo("/site/prolog");
        assertThat(running(WELL).lines().get(1).next()).isEmpty();
    }

    @Test
    void slurmIsNotInUseWhereScontrolFindsNoConfiguration() throws Exception {
        assertThat(review(1, "", "scontrol: fatal: Could not establish a configuration source\n"))
                .isEmpty();
    }

    @Test
    void saysThatSlurmctldDoesNotAnswer() {
        assertThatThrownBy(() -> review(1, "", "slurm_load_ctl_conf error: Unable to contact slurm controller\n"))
                .isInstanceOf(NodeFault.class)
                .hasMessage("scontrol show config: slurm_load_ctl_conf error: Unable to contact slurm controller")
                .satisfies(failure ->
                        assertThat(((StagingException) failure).hint()).contains("scontrol ping"));
    }

    @Test
    void comparesSlurmctldsClockWhereItHasTheUsualForm() throws Exception {
        String now = LocalDateTime.now(ZoneId.systemDefault())
                .minusMinutes(7)
                .withNano(0)
                .toString();

        assertThat(running(WELL.replace("2026-03-01T09:12:13", now)).clocksApart())
                .hasValueSatisfying(apart -> assertThat(apart).isBetween(Duration.ofMinutes(7), Duration.ofMinutes(9)));
        assertThat(running(WELL.replace("2026-03-01T09:12:13", "Sun")).clocksApart())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "JobContainerType = job_container/tmpfs | Dirs=/tmp,/scratch | 1",
                "JobContainerType = job_container/tmpfs | Dirs=/tmp | 0",
                "NamespaceType = namespace/tmpfs | Dirs=/scratch | 1",
                "JobContainerType = job_container/none | Dirs=/scratch | 0",
            })
    void warnsOfAPrivateDirectoryAboveTheLocalRoot(String type, String conf, int cautions) throws Exception {
        Files.writeString(dir.resolve("job_container.conf"), "BasePath=/var/slurm\n" + conf + "\n");
        SlurmReview review = running(WELL.replaceAll("(?m)^JobContainerType.*", type));

        assertThat(review.cautions()).hasSize(cautions);
        assertThat(review.containerBase().isPresent()).isEqualTo(type.endsWith("/tmpfs"));
    }

    @Test
    void warnsOfFlagsThatHoldNoJob() throws Exception {
        assertThat(running(WELL.replace("Alloc,DeferBatch", "Alloc,DeferBatch,NoHold,Serial"))
                        .cautions())
                .extracting(Caution::mend)
                .containsExactly(
                        "take it out of slurm.conf and type: scontrol reconfigure",
                        "take it out of slurm.conf and type: scontrol reconfigure");
    }
}
