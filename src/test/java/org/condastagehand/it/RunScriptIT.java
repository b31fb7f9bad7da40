package org.condastagehand.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** However a script is written and however it ends, {@code run} treats it as a scheduler would. */
class RunScriptIT {
    @RegisterExtension
    static final Sandbox SANDBOX = new Sandbox();

    private static final String NO_ENV = "none";

    @BeforeAll
    static void installEnvironment() {
        CondaEnv.small().install(SANDBOX.home().resolve(".conda/envs/demo"), SANDBOX.user());
    }

    @ParameterizedTest
    @CsvSource({
        "demo, exit 0, 0",
        "demo, exit 7, 7",
        "demo, exit 125, 125",
        "demo, exit 126, 126",
        "demo, no-such-program, 127",
        "demo, kill -TERM $$, 143",
        "demo, kill -KILL $$, 137",
        "demo, kill -INT $$, 130",
        "demo, kill -SEGV $$, 139",
        "none, exit 7, 7",
        "none, kill -KILL $$, 137"
    })
    void theExitStatusIsTheScriptsOwn(String env, String command, int status) {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "ulimit -c 0", command);

        SANDBOX.stagehand("run", "--env", env, script.toString())
                .run()
                .endedWith(status)
                .saidNoError();
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", NO_ENV})
    void argumentsAndStdinReachTheScript(String env) {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "printf '<%s>' \"$@\"", "cat");

        Ran ran = SANDBOX.stagehand(
                        "run", "--env", env, script.toString(), "a b", "", "--env", "*", "-x", "--help", "é")
                .input("typed\n")
                .run()
                .endedWith(0);

        assertThat(ran.out()).isEqualTo("<a b><><--env><*><-x><--help><é>typed\n");
    }

    @Test
    void twoDashesEndOurOwnOptions() {
        SANDBOX.file("-odd name.sh", "echo odd \"$1\"");

        Ran ran = SANDBOX.stagehand("run", "--env", "demo", "--", "-odd name.sh", "--")
                .run()
                .endedWith(0);

        assertThat(ran.out()).isEqualTo("odd --\n");
    }

    @Test
    void theScriptRunsInTheCallersDirectoryAndKnowsItsOwnName() {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "pwd", "echo \"$0\"");

        Ran ran = SANDBOX.stagehand("run", "--env", "demo", "job.sh").run().endedWith(0);

        assertThat(ran.lines()).containsExactly(SANDBOX.work().toString(), script.toString());
    }

    @Test
    void aScriptWithoutAShebangIsForSh() {
        Path script = SANDBOX.file("job", "echo \"by $(ps -o comm= -p $$)\"", "whereami");

        Ran ran = SANDBOX.stagehand("run", "--env", "demo", script.toString())
                .run()
                .endedWith(0);

        assertThat(ran.lines().get(0)).matches("by (sh|job)");
        assertThat(ran.lines().get(1)).endsWith("/envs/demo");
    }

    @Test
    void aLoginBashFindsTheEnvironmentAlthoughTheProfileSetsPath() {
        Path profile = SANDBOX.home().resolve(".bash_profile");
        write(profile, "PATH=/usr/local/bin:/usr/bin:/bin\n");
        Path script = SANDBOX.file("job.sh", "#!/bin/bash -l", "#$ -l conda_env=demo", "whereami", "echo \"$PATH\"");

        Ran ran = SANDBOX.stagehand("run", script.toString()).run().endedWith(0);

        assertThat(ran.lines().get(0)).endsWith("/envs/demo");
        assertThat(ran.lines().get(1)).isEqualTo(ran.lines().get(0) + "/bin:/usr/local/bin:/usr/bin:/bin");
    }

    @Test
    void thePythonOfAScriptIsTheEnvironments() {
        Path script = SANDBOX.file("job.py", "#!/usr/bin/env python", "#$ -l conda_env=demo", "print()");

        Ran ran = SANDBOX.stagehand("run", script.toString(), "x").run().endedWith(0);

        assertThat(ran.out()).startsWith("python of " + SANDBOX.area()).endsWith(": python " + script + " x\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/tcsh", "/bin/zsh", "/usr/bin/fish"})
    void otherShellsSeeTheEnvironment(String shell) {
        assumeTrue(Files.isExecutable(Path.of(shell)), shell + " is not installed here");
        Path script = SANDBOX.file("job", "#!" + shell, "#$ -l conda_env=demo", "whereami", "echo $CONDA_PREFIX");

        Ran ran = SANDBOX.stagehand("run", script.toString())
                .with("XDG_CONFIG_HOME", SANDBOX.work())
                .with("XDG_DATA_HOME", SANDBOX.work())
                .run()
                .endedWith(0);

        assertThat(ran.lines().get(0))
                .endsWith("/envs/demo")
                .isEqualTo(ran.lines().get(1));
    }

    @Test
    void aMissingScriptIs127AndOneThatCannotBeReadIs126() {
        Path secret = SANDBOX.file("secret.sh", "echo no");
        Tool.run("chmod", "0", secret.toString());

        SANDBOX.stagehand("run", "nowhere.sh").run().endedWith(127).saidOneError("`nowhere.sh`");
        SANDBOX.stagehand("run", SANDBOX.work().toString()).run().endedWith(126).saidOneError();
        if (SANDBOX.user().uid() != 0) {
            SANDBOX.stagehand("run", "secret.sh").run().endedWith(126).saidOneError("`secret.sh`");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", NO_ENV})
    void aScriptThatIsAPipeIsReadByItsShellAlone(String env) {
        Path pipe = SANDBOX.work().resolve("pipe");
        Tool.run("mkfifo", "-m", "666", pipe.toString());
        Running writer =
                SANDBOX.asUser("sh", "-c", "printf 'echo all of it\\n' >pipe").start();

        Ran ran =
                SANDBOX.stagehand("run", "--env", env, pipe.toString()).start().await(Duration.ofMinutes(3));
        writer.await(Duration.ofMinutes(3));

        assertThat(ran.endedWith(0).out()).isEqualTo("all of it\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no-such-env | no environment `no-such-env`",
                "dem | no environment `dem`",
                "/no/such/prefix | /no/such/prefix",
                "../up | ../up",
                "a*b | a*b"
            })
    void aBadRequestFailsBeforeTheScriptBegins(String env, String message) {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "echo begun");

        Ran ran = SANDBOX.stagehand("run", "--env", env, script.toString())
                .run()
                .endedWith(125)
                .saidOneError(message);

        assertThat(ran.out()).isEmpty();
    }

    @Test
    void aMistakeInTheJobFileFailsBeforeTheScriptBegins() {
        SANDBOX.file(".conda-stage.toml", "env = \"demo\"", "writeable = true");
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "echo begun");

        Ran ran = SANDBOX.stagehand("run", script.toString())
                .run()
                .endedWith(125)
                .saidOneError("writeable", "`writable`");

        assertThat(ran.out()).isEmpty();
    }

    @Test
    void aMissingInterpreterIsNotFound() {
        Path script = SANDBOX.file("job", "#!/no/such/interpreter", "echo begun");

        SANDBOX.stagehand("run", "--env", "demo", script.toString()).run().endedWith(127);
        SANDBOX.stagehand("run", script.toString()).run().endedWith(127);
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
            SANDBOX.user().own(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
