package org.condastagehand.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The sweep strikes what is proven dead, as the user whose it is, and nothing else. */
class SweepIT {
    @RegisterExtension
    static final Sandbox SANDBOX = new Sandbox();

    private static final Duration SOON = Duration.ofMinutes(3);

    @BeforeAll
    static void installEnvironment() {
        CondaEnv.small().install(SANDBOX.home().resolve(".conda/envs/demo"), SANDBOX.user());
    }

    private static Running job() {
        Path script =
                SANDBOX.file("job.sh", "#!/bin/sh", "echo begun; while [ ! -e end ]; do sleep 0.05; done; whereami");
        return SANDBOX.stagehand("run", "--env", "demo", script.toString())
                .start()
                .waitForOutput("begun");
    }

    private static void leaveADeadJob() {
        job().signal("KILL").await(SOON).endedWith(137);
        Wait.until("the end of the script", () -> SANDBOX.processes().isEmpty());
    }

    private static List<Path> namesBelow(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            return tree.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path onlyRecord() {
        Path[] records = namesBelow(SANDBOX.area().resolve("records")).stream()
                .filter(Files::isRegularFile)
                .toArray(Path[]::new);
        assertThat(records).hasSize(1);
        return records[0];
    }

    private static void editRecord(String line, String to) throws IOException {
        Path record = onlyRecord();
        String text = Files.readString(record);
        assertThat(text).containsPattern("(?m)^" + line);
        Files.writeString(record, text.replaceAll("(?m)^" + line + ".*$", to));
    }

    @Test
    void aJobThatRunsKeepsEverything() throws IOException {
        Running job = job();
        List<Path> before = namesBelow(SANDBOX.area());

        Ran own = SANDBOX.stagehand("sweep").run().endedWith(0);
        Ran roots = SANDBOX.stagehandAsRoot("sweep").run().endedWith(0);

        assertThat(own.out()).startsWith("kept " + SANDBOX.area()).doesNotContain("struck");
        assertThat(roots.out()).contains("kept " + SANDBOX.area()).doesNotContain("struck " + SANDBOX.area());
        assertThat(namesBelow(SANDBOX.area())).isEqualTo(before);
        SANDBOX.file("end");
        assertThat(job.await(SOON).endedWith(0).out()).endsWith("/envs/demo\n");
    }

    @Test
    void statusTellsWhoseWhatIsAndWhatASweepWouldStrike() throws IOException {
        leaveADeadJob();
        String dead = onlyRecord().getFileName().toString();
        Running alive = job();
        List<Path> before = namesBelow(SANDBOX.area());

        String own = SANDBOX.stagehand("status").run().endedWith(0).out();
        String roots = SANDBOX.stagehandAsRoot("status").run().endedWith(0).out();
        String json =
                SANDBOX.stagehandAsRoot("status", "--json").run().endedWith(0).out();

        for (String said : List.of(own, roots)) {
            assertThat(said).startsWith("JOB").contains(" SINCE ");
            assertThat(said.lines().filter(line -> line.contains(SANDBOX.area().toString())))
                    .hasSize(2)
                    .allMatch(line -> line.contains(" MiB  ") || line.contains(" KiB  "))
                    .anyMatch(line -> line.startsWith(dead + " ") && line.contains("dead, for the next sweep"))
                    .anyMatch(line -> !line.startsWith(dead + " ") && line.contains("may be alive"));
        }
        JsonObject all = JsonParser.parseString(json).getAsJsonObject();
        assertThat(all.get("node").getAsString()).isNotEmpty();
        List<JsonObject> holdings = all.getAsJsonArray("holdings").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(one -> one.get("directory")
                        .getAsString()
                        .startsWith(SANDBOX.area().toString()))
                .toList();
        assertThat(holdings)
                .extracting(one -> one.get("state").getAsString())
                .containsExactlyInAnyOrder("dead", "kept");
        assertThat(holdings).allSatisfy(one -> {
            assertThat(one.get("uid").getAsInt()).isGreaterThan(0);
            assertThat(one.get("bytes").getAsLong()).isGreaterThan(10_000);
            assertThat(Instant.parse(one.get("since").getAsString())).isBefore(Instant.now());
        });
        assertThat(namesBelow(SANDBOX.area())).isEqualTo(before);

        String swept =
                SANDBOX.stagehandAsRoot("sweep", "--json").run().endedWith(0).out();
        assertThat(JsonParser.parseString(swept).getAsJsonObject().getAsJsonArray("holdings"))
                .anyMatch(one -> one.getAsJsonObject().get("job").getAsString().equals(dead)
                        && one.getAsJsonObject().get("state").getAsString().equals("struck"));
        SANDBOX.file("end");
        alive.await(SOON).endedWith(0);
        assertThat(SANDBOX.stagehand("status").run().endedWith(0).out()).isEqualTo("nothing is staged on this node\n");
    }

    @Test
    void aDryRunChangesNothing() {
        leaveADeadJob();
        List<Path> before = namesBelow(SANDBOX.area());

        Ran ran = SANDBOX.stagehand("sweep", "--dry-run").run().endedWith(0);

        assertThat(ran.out()).startsWith("would strike " + SANDBOX.area());
        assertThat(namesBelow(SANDBOX.area())).isEqualTo(before);
        assertThat(SANDBOX.stagehand("sweep").run().endedWith(0).out()).startsWith("struck " + SANDBOX.area());
    }

    @Test
    void aJobOfAnotherBootIsDead() throws IOException {
        Running job = job();
        editRecord("boot=", "boot=00000000-0000-0000-0000-000000000000");

        Ran ran = SANDBOX.stagehand("sweep").run().endedWith(0);

        assertThat(ran.out()).startsWith("struck " + SANDBOX.area());
        assertThat(SANDBOX.area()).doesNotExist();
        job.signal("TERM").await(SOON).endedWith(143);
    }

    @Test
    void aJobOfAnotherNodeIsKept() throws IOException {
        leaveADeadJob();
        editRecord("node=", "node=some-other-node");

        Ran ran = SANDBOX.stagehand("sweep").run().endedWith(0);

        assertThat(ran.out()).startsWith("kept ").doesNotContain("struck");
        editRecord("node=", "node=" + Tool.output("uname", "-n").replaceFirst("\\..*", ""));
        SANDBOX.stagehand("sweep").run().endedWith(0);
    }

    @Test
    void manySweepsAtOnceDoNotMind() {
        for (int round = 0; round < 3; round++) {
            leaveADeadJob();

            List<Running> sweeps = Stream.generate(
                            () -> SANDBOX.stagehand("sweep").start())
                    .limit(4)
                    .toList();

            for (Running sweep : sweeps) {
                sweep.await(SOON).endedWith(0).saidNoError();
            }
            assertThat(SANDBOX.area()).doesNotExist();
        }
    }

    @Test
    void aSweepMeetsJobsThatBeginAndEnd() {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "whereami");
        for (int round = 0; round < 6; round++) {
            Running job =
                    SANDBOX.stagehand("run", "--env", "demo", script.toString()).start();
            Running sweep = SANDBOX.stagehand("sweep").start();

            assertThat(job.await(SOON).endedWith(0).saidNoError().out()).endsWith("/envs/demo\n");
            sweep.await(SOON).endedWith(0).saidNoError();
        }
    }

    @Test
    void rootSweepsWithTheUsersRightsOnly() throws IOException {
        assumeTrue(SANDBOX.user().made(), "only root sweeps for others");
        assumeTrue(Strace.works(), "strace is missing or not permitted here");
        leaveADeadJob();
        Path trace = SANDBOX.base().resolve("sweep.trace");

        Ran ran = SANDBOX.stagehandAsRoot("sweep")
                .with("SECRET_OF_ROOT", "x")
                .under(
                        List.of(
                                "strace",
                                "-f",
                                "-o",
                                trace.toString(),
                                "-e",
                                "trace=%file,setresuid,setreuid,setuid,execve,unlinkat,renameat2,clone,clone3,fork,vfork,setsid"))
                .run()
                .endedWith(0);

        assertThat(ran.out()).contains("struck " + SANDBOX.area());
        assertThat(SANDBOX.area()).doesNotExist();
        List<String> asRoot = Strace.linesBeforeBecoming(SANDBOX.user().uid(), Files.readAllLines(trace));
        assertThat(asRoot).isNotEmpty().noneMatch(line -> withoutArguments(line)
                .contains(SANDBOX.area().toString()));
        assertThat(Files.readString(trace).contains("setsid()"))
                .as("a session of its own, or the user reaches root's terminal")
                .isTrue();
    }

    /** What a program that is started is told is nothing that root looks at. */
    private static String withoutArguments(String line) {
        return line.replaceFirst("(execve\\(\"[^\"]*\"), .*", "$1");
    }

    @Test
    void whoTakesTheNameOfRootsAreaOrOfNobodysKeepsNoSweepFromOthers() throws IOException {
        assumeTrue(SANDBOX.user().made(), "only root sweeps for others");
        leaveADeadJob();
        Path roots = SANDBOX.area().resolveSibling("0");
        Path nobodys = SANDBOX.area().resolveSibling("4199999999");
        SANDBOX.asUser("mkdir", roots.toString(), nobodys.toString()).run().endedWith(0);
        try {
            Ran ran = SANDBOX.stagehandAsRoot("sweep")
                    .run()
                    .endedWith(69)
                    .saidOneError("`" + roots + "` is not a private directory of user 0");

            assertThat(ran.out()).contains("struck " + SANDBOX.area());
            assertThat(SANDBOX.area()).doesNotExist();
            SANDBOX.stagehandAsRoot("status").run().endedWith(69).saidOneError("`" + roots + "`");
        } finally {
            Files.delete(roots);
            Files.delete(nobodys);
        }
    }

    @Test
    void rootsOwnEnvironmentAndGroupsDoNotReachTheUser() {
        assumeTrue(SANDBOX.user().made(), "only root sweeps for others");
        assumeTrue(Strace.works(), "strace is missing or not permitted here");
        leaveADeadJob();
        Path trace = SANDBOX.base().resolve("environment.trace");

        SANDBOX.stagehandAsRoot("sweep")
                .with("SECRET_OF_ROOT", "x")
                .under(List.of("strace", "-f", "-v", "-s", "9999", "-o", trace.toString(), "-e", "trace=execve"))
                .run()
                .endedWith(0);

        assertThat(Strace.executionsOf("/bin/setpriv", trace))
                .isNotEmpty()
                .noneMatch(line -> line.contains("SECRET_OF_ROOT"))
                .allMatch(line -> line.contains("\"--regid\", \"65534\", \"--clear-groups\""));
    }
}
