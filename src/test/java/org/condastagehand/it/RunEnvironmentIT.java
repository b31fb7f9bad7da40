package org.condastagehand.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The caller's environment neither disturbs the program nor is changed by it on its way to the job. */
class RunEnvironmentIT {
    @RegisterExtension
    static final Sandbox SANDBOX = new Sandbox();

    /** Shows its environment with no shell in between that would add to it. */
    private static final String BARE = "#!/bin/cat /proc/self/environ";

    @BeforeAll
    static void installEnvironment() {
        CondaEnv.small().install(SANDBOX.home().resolve(".conda/envs/demo"), SANDBOX.user());
    }

    private Path script() {
        Path script = SANDBOX.file("bare", BARE);
        Tool.run("chmod", "755", script.toString());
        return script;
    }

    private static Command hostile(Command command) {
        return command.with("LD_LIBRARY_PATH", "/no/such/lib:relative")
                .with("JAVA_TOOL_OPTIONS", "-Xmx1k -agentlib:nothing")
                .with("_JAVA_OPTIONS", "-XX:NoSuchFlag")
                .with("JDK_JAVA_OPTIONS", "-Dx=y @nofile")
                .with("CLASSPATH", "/tmp/evil")
                .with("JAVA_HOME", "/no/such/java")
                .with("LC_ALL", "tr_TR.ISO-8859-9")
                .with("LANG", "de_DE")
                .with("EMPTY", "")
                .with("LINES_IN", "one\ntwo\n")
                .with("BASH_ENV", "/no/such/file")
                .with("ENV", "/no/such/file")
                .with("BASH_FUNC_module%%", "() {  echo \"module $*\";\n echo 'two';\n}")
                .with("a.name-of no shell", "kept")
                .with("SHELLOPTS", "xtrace")
                .with("CDPATH", "/tmp")
                .with("TMPDIR", "/no/such/tmp")
                .with("IFS", "x")
                .with("OPTIND", "7")
                .with("PPID", "1")
                .with("PS4", "$(touch /tmp/conda-stagehand-1)");
    }

    @Test
    void aJobThatAsksForNothingHasTheCallersEnvironmentToTheLastByte() {
        Path script = script();

        Map<String, String> direct =
                hostile(SANDBOX.asUser(script.toString())).run().endedWith(0).variables();
        Ran ran = hostile(SANDBOX.stagehand("run", script.toString()))
                .run()
                .endedWith(0)
                .saidNoError();

        assertThat(withoutShells(ran.variables())).isEqualTo(withoutShells(direct));
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void withoutALocaleTheJobHasNone() {
        Path script = script();

        Map<String, String> seen =
                SANDBOX.stagehand("run", script.toString()).run().endedWith(0).variables();

        assertThat(withoutShells(seen)).containsOnlyKeys("HOME", "PATH");
    }

    @Test
    void ourOwnLocaleInTheCallersEnvironmentStays() {
        Path script = script();

        Map<String, String> seen = SANDBOX.stagehand("run", script.toString())
                .with("LC_ALL", "C.UTF-8")
                .run()
                .endedWith(0)
                .variables();

        assertThat(seen).containsEntry("LC_ALL", "C.UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "demo"})
    void bytesThatAreNoTextPass(String env) {
        Path script = script();
        String[] odd = {"sh", "-c", "RAW=$(printf '\\377\\200x') && export RAW && exec \"$@\"", "sh"};

        Ran ran = SANDBOX.stagehand("run", "--env", env, script.toString())
                .under(java.util.List.of(odd))
                .in(SANDBOX.work())
                .run()
                .endedWith(0);

        assertThat(ran.variables()).containsEntry("RAW", "\u00ff\u0080x");
    }

    @Test
    void aStagedJobKeepsWhatTheCallerHadToo() {
        Path script = SANDBOX.file("job.sh", "#!/bin/bash", "env -0", "module load");

        Ran ran = hostile(SANDBOX.stagehand("run", "--env", "demo", script.toString()))
                .without("SHELLOPTS")
                .run()
                .endedWith(0)
                .saidNoError();

        assertThat(ran.out()).endsWith("module load\ntwo\n");
        assertThat(ran.variables())
                .containsEntry("LD_LIBRARY_PATH", "/no/such/lib:relative")
                .containsEntry("JAVA_TOOL_OPTIONS", "-Xmx1k -agentlib:nothing")
                .containsEntry("_JAVA_OPTIONS", "-XX:NoSuchFlag")
                .containsEntry("CLASSPATH", "/tmp/evil")
                .containsEntry("LC_ALL", "tr_TR.ISO-8859-9")
                .containsEntry("a.name-of no shell", "kept")
                .containsEntry("CONDA_STAGE_STATUS", "staged")
                .doesNotContainKeys("CONDA_STAGEHAND_SAVED_LC_ALL", "CONDA_STAGEHAND_SAVED_FUNCTIONS");
    }

    @Test
    void conda_stage_falseTurnsStagingOff() {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "#$ -l conda_env=demo", "env -0");

        Map<String, String> seen = SANDBOX.stagehand("run", script.toString())
                .with("CONDA_STAGE", "false")
                .run()
                .endedWith(0)
                .variables();

        assertThat(seen).containsEntry("CONDA_STAGE_STATUS", "off").doesNotContainKeys("CONDA_PREFIX", "TMPDIR");
    }

    @Test
    void noneAndEnabledFalseTurnStagingOff() {
        Path named = SANDBOX.file("job.sh", "#!/bin/sh", "#$ -l conda_env=none", "echo \"$CONDA_STAGE_STATUS\"");
        assertThat(SANDBOX.stagehand("run", named.toString()).run().out()).isEqualTo("off\n");

        SANDBOX.file(".conda-stage.toml", "env = \"demo\"", "enabled = false");
        Path plain = SANDBOX.file("plain.sh", "#!/bin/sh", "echo \"$CONDA_STAGE_STATUS\"");
        assertThat(SANDBOX.stagehand("run", plain.toString()).run().out()).isEqualTo("off\n");
    }

    /** What every shell sets for itself, ours and the one that is looked at. */
    private static Map<String, String> withoutShells(Map<String, String> variables) {
        variables.keySet().removeAll(java.util.List.of("_", "SHLVL", "PWD"));
        return variables;
    }
}
