package org.condastagehand.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.Exec;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;
import org.condastagehand.host.User;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With a qconf that answers as recorded on Son of Grid Engine 8.1.9; src/test/sge/setup.bats has the real one. */
class GridEngineSetupTest {
    private static final String DONE = "root@qmaster modified it";

    @TempDir
    Path dir;

    private Path tree;
    private final Map<String, Exec.Result> answers = new LinkedHashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeEach
    void makeWorld() throws IOException {
        tree = Files.createDirectories(dir.resolve("tree"));
        for (String hook : List.of("prolog/sge-prolog", "prolog/sge-starter", "epilog/sge-epilog")) {
            executable(tree.resolve(hook));
        }
        executable(dir.resolve("bin/qconf"));
        executable(dir.resolve("bin/qstat"));
        Files.createDirectories(tree.resolve("etc"));
        answer("-sql", "all.q\ntwo.q\n");
        answer("-sq all.q", queue("NONE"));
        answer("-sq two.q", queue("NONE"));
        answer("-sc", "#name shortcut type\narch a STRING == YES NO NONE 0\n");
        answer("-se global", "hostname global\ncomplex_values slots=8\n");
        answer("-sconf", "#global:\nprolog none\nepilog none\n");
        answers.put("-sconfl", new Exec.Result(1, "", "no config defined\n"));
        answer("-Mc", DONE);
        answer("-mattr exechost complex_values conda_env=-none- global", DONE);
    }

    private static void executable(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.setPosixFilePermissions(
                Files.writeString(file, "#!/bin/sh\n"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void answer(String arguments, String text) {
        answers.put(arguments, new Exec.Result(0, text, ""));
    }

    private static String queue(String prolog) {
        return "qname q\nprolog " + prolog + "\nepilog NONE\nstarter_method NONE\n";
    }

    /** Without the variables before the program, and without the names of temporary files. */
    private Exec.Result qconf(List<String> command, Duration limit) {
        assertThat(command.subList(0, 4))
                .containsExactly("/usr/bin/env", "SGE_ROOT=/sge", "SGE_CELL=default", "SGE_SINGLE_LINE=1");
        List<String> arguments = new ArrayList<>(command.subList(5, command.size()));
        if (arguments.get(0).matches("-M(c|attr)")) {
            int file = arguments.get(0).equals("-Mc") ? 1 : 2;
            asked.add(arguments.get(0) + " <"
                    + read(Path.of(arguments.remove(file))).replace("\n", "|") + ">");
        } else if (arguments.get(0).startsWith("-m")) {
            asked.add(String.join(" ", arguments));
        }
        return answers.getOrDefault(
                String.join(" ", arguments), new Exec.Result(1, "", "denied: " + String.join(" ", arguments) + "\n"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private GridEngineSetup setup() throws BadSite {
        PrintStream err = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        Map<String, String> environment = Map.of("SGE_ROOT", "/sge", "PATH", dir.resolve("bin") + ":/usr/bin");
        Host host = new Host(environment, dir, new User(0, 0), Clock.systemUTC(), this::qconf, err, err);
        return new GridEngineSetup(host, SiteConfig.defaults(), tree);
    }

    private List<String> shown(Plan plan) {
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        plan.show(stream, new Report(stream, false));
        return out.toString(StandardCharsets.UTF_8)
                .replace(tree.toString(), "__TREE__")
                .lines()
                .toList();
    }

    private void carryOut(Plan plan) throws Exception {
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        plan.carryOut(stream, new Report(stream, false));
    }

    @Test
    void readsEverythingFirstAndThenWouldChangeTheQueueLast() throws Exception {
        assertThat(shown(setup().apply(List.of("all.q"), Hooks.USERS)))
                .containsExactly(
                        "would change `__TREE__/etc/hooks.conf`",
                        "would change complex `conda_env`: added",
                        "would change host `global`: complex_values with `conda_env=-none-`",
                        "would change queue `all.q`: prolog `NONE` -> `__TREE__/prolog/sge-prolog`",
                        "would change queue `all.q`: epilog `NONE` -> `__TREE__/epilog/sge-epilog`",
                        "would change queue `all.q`: starter_method `NONE` -> `__TREE__/prolog/sge-starter`");
        assertThat(asked).isEmpty();
    }

    @Test
    void givesAQueueForQrshTheStarterAlone() throws Exception {
        answer("-sq all.q", "qtype BATCH INTERACTIVE\n" + queue("/site/prolog --option="));

        assertThat(shown(setup().apply(List.of("all.q"), Hooks.USERS)))
                .endsWith(
                        "would change queue `all.q`: starter_method `NONE` -> `__TREE__/prolog/sge-starter`",
                        "kept prolog and epilog of queue `all.q`: it takes qrsh and qlogin, which could put a queue with"
                                + " ours into error state; the starter stages instead, and in a session one types:"
                                + " . \"$(__TREE__/prolog/sge-activate)\"");
    }

    @Test
    void takesPrologAndEpilogAwayFromAQueueThatHasBecomeInteractive() throws Exception {
        Files.writeString(HooksConf.in(tree), "next_prolog.all.q=/site/prolog\n");
        answer(
                "-sq all.q",
                "qtype BATCH INTERACTIVE\nprolog " + tree + "/prolog/sge-prolog\nepilog " + tree
                        + "/epilog/sge-epilog\nstarter_method " + tree + "/prolog/sge-starter\n");

        assertThat(shown(setup().apply(List.of("all.q"), Hooks.USERS)))
                .contains(
                        "would change queue `all.q`: prolog `__TREE__/prolog/sge-prolog` -> `/site/prolog`",
                        "would change queue `all.q`: epilog `__TREE__/epilog/sge-epilog` -> `NONE`");
    }

    @Test
    void writesWhereExecdKeepsItsJobs() throws Exception {
        answer("-sconf", "prolog none\nepilog none\nexecd_spool_dir /spool\n");
        answer("-sconfl", "n1\n");
        answer("-sconf n1", "execd_spool_dir /n1/spool\n");
        answer("-Mattr queue all.q", DONE);
        Plan plan = setup().apply(List.of("all.q"), Hooks.STARTER);
        answer("-sq all.q", queue("NONE").replaceAll("(starter_method).*", "$1 " + tree + "/prolog/sge-starter"));

        carryOut(plan);

        assertThat(HooksConf.in(tree)).content().contains("sge_spool=/spool\n", "sge_spool.n1=/n1/spool\n");
    }

    @Test
    void undoesAllWhenTheQueueCannotBeChanged() throws Exception {
        Plan plan = setup().apply(List.of("all.q"), Hooks.USERS);

        assertThatThrownBy(() -> carryOut(plan))
                .isInstanceOf(BadSite.class)
                .hasMessage("qconf -Mattr: denied: -Mattr queue all.q");
        assertThat(HooksConf.in(tree)).doesNotExist();
        String hooks = "prolog " + tree + "/prolog/sge-prolog|epilog " + tree + "/epilog/sge-epilog|starter_method "
                + tree + "/prolog/sge-starter|";
        assertThat(asked)
                .containsExactly(
                        "-Mc <#name shortcut type|arch a STRING == YES NO NONE 0|"
                                + "conda_env conda_env RESTRING != YES NO NONE 0|>",
                        "-mattr exechost complex_values conda_env=-none- global",
                        "-Mattr <" + hooks + ">",
                        "-Mattr <prolog NONE|epilog NONE|starter_method NONE|>");
        assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("undone `" + HooksConf.in(tree) + "`\n");
    }

    @Test
    void doesNotBelieveAQconfThatSaysItChangedTheQueue() throws Exception {
        answer("-Mattr queue all.q", DONE);
        Plan plan = setup().apply(List.of("all.q"), Hooks.USERS);

        assertThatThrownBy(() -> carryOut(plan))
                .hasMessageStartingWith("qconf said nothing, but `prolog` of queue `all.q` is `NONE`, not `");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "-sql ~ denied: host \"n1\" is neither submit nor admin host ~ qconf -sh",
                "-sc ~ denied: \"ada\" must be manager for this operation ~ qconf -sm",
                "-sc ~ error: cell directory \"/sge/default\" doesn't exist ~ settings.sh",
                "-sql ~ error: unable to send message to qmaster using port 6444 on host \"q\" ~ qping",
            })
    void saysWhatToTypeWhereQconfRefuses(String arguments, String said, String hint) {
        answers.put(arguments, new Exec.Result(1, "", said + "\n"));

        assertThatThrownBy(() -> setup().apply(List.of("all.q"), Hooks.USERS))
                .hasMessage("qconf " + arguments + ": " + said)
                .satisfies(failure -> assertThat(((StagingException) failure).hint())
                        .hasValueSatisfying(text -> assertThat(text).contains(hint)));
    }

    @Test
    void takesNoPartOfALongAnswerForTheWhole() {
        answer("-sc", "x".repeat(Exec.MOST_BYTES));

        assertThatThrownBy(() -> setup().apply(List.of("all.q"), Hooks.USERS))
                .hasMessage("qconf -sc prints more than 4194304 bytes");
    }

    @Test
    void refusesAQueueThatIsNotThere() {
        assertThatThrownBy(() -> setup().apply(List.of("all.q", "three.q"), Hooks.USERS))
                .isInstanceOf(BadRequest.class)
                .hasMessage("Grid Engine has no queue `three.q`");
        assertThatThrownBy(() -> setup().apply(List.of("all.q,two.q"), Hooks.USERS))
                .isInstanceOf(BadRequest.class);
    }

    @Test
    void refusesWhatTheShellCouldNotPassOn() {
        answer("-sq all.q", queue("/site/prolog --option="));

        assertThatThrownBy(() -> setup().apply(List.of("all.q"), Hooks.USERS))
                .isInstanceOf(BadSite.class)
                .hasMessageEndingWith("ends in `=`, which the hooks could not pass on");
    }

    @Test
    void saysThatThereIsNoGridEngine() {
        PrintStream err = new PrintStream(out, true, StandardCharsets.UTF_8);
        Exec none = (command, limit) -> {
            throw new NodeFault("not to be called");
        };
        Host host = new Host(Map.of(), dir, new User(0, 0), Clock.systemUTC(), none, err, err);

        assertThatThrownBy(() -> GridEngineHome.find(host, dir))
                .isInstanceOf(BadSite.class)
                .hasMessageStartingWith("no Grid Engine here: SGE_ROOT is not set");
    }

    @Test
    void findsGridEngineWhereDebiansPackageSaysItIsOrPutsIt() throws Exception {
        PrintStream err = new PrintStream(out, true, StandardCharsets.UTF_8);
        Host host = new Host(Map.of(), dir, new User(0, 0), Clock.systemUTC(), this::qconf, err, err);

        Files.createDirectories(dir.resolve("var/lib/gridengine/default"));
        assertThat(GridEngineHome.find(host, dir))
                .isEqualTo(new GridEngineHome(dir.resolve("var/lib/gridengine"), "default"));
        Files.createDirectories(dir.resolve("etc/default"));
        Files.writeString(
                dir.resolve("etc/default/gridengine"),
                "# x\nSGE_ROOT=/opt/ge\nSGE_CELL=\"prod\"\nSGE_ARCH=`\"$SGE_ROOT/util/arch\"`\n");
        assertThat(GridEngineHome.find(host, dir)).isEqualTo(new GridEngineHome(Path.of("/opt/ge"), "prod"));
    }
}
