package org.condastagehand.activate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Job scripts under a real bash, started as the schedulers do. */
class BashEnvTest {
    private static final String SHOW =
            "echo \"$CONDA_STAGE_PREFIX|$PATH|${BASH_ENV-unset}|${CONDA_STAGE_BASH_ENV-unset}|${USERS-}\"";

    @TempDir
    private Path job;

    private Stage stage;
    private final Map<String, String> user = new HashMap<>(Map.of("PATH", "/usr/bin:/bin"));

    @BeforeEach
    void layOutTheStage() {
        TestShell.BASH.executable();
        user.put("HOME", job.toString());
        stage = Stage.of(job, "demo").with("etc/conda/activate.d/a.sh", "export COUNT=\"${COUNT-}x\"\n");
    }

    @Test
    void mendsALoginShellWhoseProfileDroppedTheEnvironment() {
        TestShell.write(job.resolve(".bash_profile"), "PATH=/usr/local/bin:/usr/bin:/bin\n");
        Ran ran = script("--login", SHOW + "; echo $COUNT");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).isEqualTo(shown("/usr/local/bin:/usr/bin:/bin", "unset", "") + "xx\n");
    }

    @Test
    void mendsAShellThatIsALoginShellByItsNameOnly() {
        Path script = TestShell.write(job.resolve("job.sh"), SHOW + "\n");
        List<String> asGridEngineDoes =
                List.of("/bin/bash", "-p", "-c", "set +p; exec -a -bash /bin/bash \"$0\"", script.toString());
        TestShell.write(job.resolve(".bash_profile"), "PATH=/bin\n");
        assertThat(Ran.of(user, stage.activation().starter(asGridEngineDoes)).out())
                .isEqualTo(shown("/bin", "unset", ""));
    }

    @Test
    void mendsWhatEtcProfileDidInALoginShell() {
        Path profile = TestShell.write(job.resolve("profile"), "PATH=/profile/bin:/bin; unset CONDA_PREFIX\n");
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/unshare",
                "-m",
                "/bin/sh",
                "-c",
                "mount --bind \"$0\" /etc/profile && exec \"$@\"",
                profile.toString()));
        assumeTrue(
                Ran.of(user, List.of("/usr/bin/unshare", "-m", "true")).status() == 0, "not root: no mount namespaces");
        command.addAll(
                stage.activation().starter(List.of("/bin/bash", "--login", "-c", SHOW + "; echo $CONDA_PREFIX")));
        assertThat(Ran.of(user, command))
                .isEqualTo(new Ran(0, shown("/profile/bin:/bin", "unset", "") + stage.prefix() + "\n", ""));
    }

    @Test
    void leavesALoginShellAloneThatKeptIt() {
        TestShell.write(job.resolve(".bash_profile"), "PATH=/site/bin:" + stage.bin() + ":/usr/bin:/bin\n");
        assertThat(script("--login", "echo $PATH $COUNT").out())
                .isEqualTo("/site/bin:" + stage.bin() + ":/usr/bin:/bin x\n");
    }

    @Test
    void mendsALoginShellWhoseProfileActivatedAnotherEnvironmentInFrontOfIt() {
        TestShell.write(
                job.resolve(".bash_profile"),
                "PATH=/base/bin:" + stage.bin()
                        + ":/bin CONDA_SHLVL=2 CONDA_PREFIX_1=$CONDA_PREFIX CONDA_PREFIX=/base\n");
        assertThat(script("--login", SHOW).out()).isEqualTo(shown("/bin", "unset", ""));
    }

    @Test
    void readsTheUsersOwnFileAfterTheProfileAndGivesItBack() {
        Path file = TestShell.write(job.resolve("b env"), "USERS=seen$-; declare -x D=1\n[ -n \"\" ] && false\n");
        TestShell.write(job.resolve(".bash_profile"), "PATH=/usr/bin:/bin\n");
        user.put("BASH_ENV", file.toString());
        for (String login : List.of("--login", "--noprofile")) {
            Ran ran = script(login, "set +eu; " + SHOW + "; echo $D; bash -c 'echo $BASH_ENV $USERS'", "-eu");
            assertThat(ran.err()).isEmpty();
            assertThat(ran.out())
                    .startsWith(shown("/usr/bin:/bin", file.toString(), "seen").replace("seen\n", "seenehuB\n"))
                    .endsWith("1\n" + file + " seenhBc\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"$HOME/benv", "`echo $HOME`/benv", "${NOT_SET-$HOME}/benv"})
    void expandsTheNameOfTheUsersFile(String value) {
        TestShell.write(job.resolve("benv"), "USERS=seen\n");
        user.put("BASH_ENV", value);
        assertThat(script("--login", "echo \"$USERS $BASH_ENV\"", "-eu").out()).isEqualTo("seen " + value + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nonexistent/file", "nonexistent", "/", "$NOT_SET/file", "/a'b\"c"})
    void isAsSilentAsBashWhenThereIsNoSuchFile(String value) {
        user.put("BASH_ENV", value);
        Ran ran = script("--login", "echo \"$BASH_ENV $-\"", "-eu");
        assertThat(ran).isEqualTo(new Ran(0, value + " ehuB\n", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-eu", "-e", "-u", "-h"})
    void keepsTheOptionsAndLeavesNothingBehind(String options) {
        Ran ran = script("--login", "echo $-; set | grep -i __conda_stage; :", options);
        assertThat(ran.out())
                .isEqualTo(Ran.of(user, List.of("/bin/bash", options, "-c", "echo $-"))
                        .out()
                        .replace("c", ""));
    }

    @Test
    void letsTheUsersFileSetOptionsAsBashDoes() {
        Path file = TestShell.write(job.resolve("benv"), "set -u; set +e\n");
        user.put("BASH_ENV", file.toString());
        assertThat(script("--noprofile", "echo $-", "-e").out()).isEqualTo("huB\n");
    }

    @Test
    void actsOnceSoThatADeactivationHolds() {
        Ran ran = script("--noprofile", "PATH=/usr/bin:/bin; bash --login -c 'echo $PATH' | grep -c conda-stage; :");
        assertThat(ran.out()).isEqualTo("0\n");
    }

    @Test
    void twoStagesInTurnKeepTheUsersFile() {
        Path file = TestShell.write(job.resolve("benv"), "USERS=seen\n");
        user.put("BASH_ENV", file.toString());
        Map<String, String> inherited = TestShell.DASH
                .activate(user, Stage.of(job.resolve("other"), "x").activation())
                .environment();
        user.putAll(inherited);
        assertThat(script("--login", SHOW).out()).contains("|" + file + "|unset|seen");
    }

    private Ran script(String login, String text, String... options) {
        Path script = TestShell.write(job.resolve("job.sh"), text + "\n");
        List<String> command = new ArrayList<>(List.of("/bin/bash", login));
        command.addAll(List.of(options));
        command.add(script.toString());
        return Ran.of(user, stage.activation().starter(command));
    }

    private String shown(String path, String bashEnv, String users) {
        return stage.prefix() + "|" + stage.bin() + ":" + path + "|" + bashEnv + "|unset|" + users + "\n";
    }
}
