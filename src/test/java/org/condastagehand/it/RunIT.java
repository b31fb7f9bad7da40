package org.condastagehand.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.condastagehand.observe.LastStaging;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A script names its environment and finds it on local disk; afterwards there is nothing. */
class RunIT {
    @RegisterExtension
    static final Sandbox SANDBOX = new Sandbox();

    private static Path demo;
    private static Path archive;

    @BeforeAll
    static void installEnvironments() {
        Path envs = SANDBOX.home().resolve(".conda/envs");
        demo = CondaEnv.small().install(envs.resolve("demo"), SANDBOX.user());
        CondaEnv.small().install(envs.resolve("other"), SANDBOX.user());
        CondaEnv.small().install(envs.resolve("packed"), SANDBOX.user());
        archive = CondaEnv.small().pack(envs.resolve("packed.tar.gz"), SANDBOX.user());
    }

    private static String inTheArea() {
        return SANDBOX.area() + "/jobs/local-";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#$ -l conda_env=demo",
                "#$ -cwd -l h_vmem=1G,conda_env=demo",
                "#SBATCH --conda-env=demo",
                "#SBATCH --comment=conda_env=demo",
                "#SBATCH --comment=\"conda_env=demo\"",
                "#SBATCH --extra conda_env=demo"
            })
    void theScriptsOwnLineDecides(String directive) {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", directive, "whereami");

        Ran ran = SANDBOX.stagehand("run", script.toString()).run().endedWith(0).saidNoError();

        assertThat(ran.out()).startsWith(inTheArea()).endsWith("/conda-stage/envs/demo\n");
    }

    @Test
    void aJobIsToldAsMuchAsItWants() {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "#$ -l conda_env=packed", "exit 0");
        Path wrong = SANDBOX.file("wrong.sh", "#!/bin/sh", "#$ -l conda_env=pakced", "exit 0");
        Command job = SANDBOX.stagehand("run", script.toString());

        assertThat(job.with("CONDA_STAGE_VERBOSE", "0").run().endedWith(0).err())
                .isEmpty();
        assertThat(SANDBOX.stagehand("run", wrong.toString())
                        .with("CONDA_STAGE_VERBOSE", "0")
                        .run()
                        .endedWith(125)
                        .err())
                .contains("error: no environment `pakced`");
        assertThat(job.with("CONDA_STAGE_VERBOSE", "1").run().endedWith(0).err().lines())
                .singleElement()
                .asString()
                .startsWith("conda-stagehand: staged `packed`: ");
        assertThat(job.with("CONDA_STAGE_VERBOSE", "2").run().endedWith(0).err())
                .contains("asked for by `#$ -l conda_env` in line 2 of `" + script)
                .contains("`packed` is archive `" + archive + "`, original `")
                .contains("cache: this node keeps nothing")
                .contains("writers: ")
                .containsPattern("phases: resolve [0-9.]+ s, stage [0-9.]+ s, activate [0-9.]+ s");
        assertThat(job.with("CONDA_STAGE_VERBOSE", "x\u001b[1m")
                        .run()
                        .endedWith(0)
                        .err())
                .startsWith("conda-stagehand: warning: `CONDA_STAGE_VERBOSE` is none of 0, 1 and 2: `x?[1m`\n")
                .contains("staged `packed`");
    }

    @Test
    void howTheLastStagingWentStaysInTheUsersOwnCache() {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "#$ -l conda_env=packed", "exit 0");

        SANDBOX.stagehand("run", script.toString()).run().endedWith(0);

        assertThat(LastStaging.of(SANDBOX.home().resolve(".cache/conda-stagehand"), archive))
                .hasValueSatisfying(last -> {
                    assertThat(last.files()).isPositive();
                    assertThat(last.millis()).isGreaterThanOrEqualTo(last.stageMillis());
                });
    }

    @Test
    void whatIsNamedFirstInTheOrderOfRequestsWins() {
        Path toml = SANDBOX.file(".conda-stage.toml", "env = \"packed\"");
        Path plain = SANDBOX.file("plain.sh", "#!/bin/sh", "whereami");
        Path named = SANDBOX.file("named.sh", "#!/bin/sh", "#$ -l conda_env=demo", "whereami");

        assertThat(toml).exists();
        assertThat(SANDBOX.stagehand("run", plain.toString()).run().out()).endsWith("/envs/packed\n");
        assertThat(SANDBOX.stagehand("run", plain.toString())
                        .with("CONDA_STAGE_ENV", "other")
                        .run()
                        .out())
                .endsWith("/envs/other\n");
        assertThat(SANDBOX.stagehand("run", named.toString())
                        .with("CONDA_STAGE_ENV", "other")
                        .run()
                        .out())
                .endsWith("/envs/demo\n");
        assertThat(SANDBOX.stagehand("run", "--env", "packed", named.toString())
                        .with("CONDA_STAGE_ENV", "other")
                        .run()
                        .out())
                .endsWith("/envs/packed\n");
    }

    @Test
    void anArchiveBesideTheEnvironmentIsUsed() {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "whereami", "binary-prefix", "tool");

        Ran ran = SANDBOX.stagehand("run", "--env", "packed", script.toString())
                .run()
                .endedWith(0);

        assertThat(ran.err()).contains("from archive `" + archive + "`");
        String prefix = ran.lines().get(0);
        assertThat(prefix).startsWith(inTheArea());
        assertThat(ran.lines())
                .containsExactly(prefix, prefix + "/lib", "python of " + prefix + ": python " + prefix + "/bin/tool");
    }

    @Test
    void aLivePrefixIsRelocatedToo() {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "whereami", "binary-prefix", "tool");

        Ran ran = SANDBOX.stagehand("run", "--env", demo.toString(), script.toString())
                .run()
                .endedWith(0);

        assertThat(ran.err()).contains("from prefix `" + demo + "`");
        String prefix = ran.lines().get(0);
        assertThat(prefix).startsWith(inTheArea());
        assertThat(ran.lines())
                .containsExactly(prefix, prefix + "/lib", "python of " + prefix + ": python " + prefix + "/bin/tool");
    }

    @Test
    void theJobSeesWhatTheContractSays() {
        Path script = SANDBOX.file("job.sh", "#!/bin/sh", "#$ -l conda_env=demo", "env -0");

        Map<String, String> seen = SANDBOX.stagehand("run", script.toString())
                .with("PATH", demo + "/bin:/usr/bin:/bin")
                .with("CONDA_PREFIX", demo)
                .with("CONDA_SHLVL", "2")
                .with("CONDA_PREFIX_1", "/opt/base")
                .with("CONDA_ENVS_PATH", "/opt/more")
                .with("TMPDIR", "/tmp")
                .run()
                .endedWith(0)
                .variables();

        String prefix = seen.getOrDefault("CONDA_STAGE_PREFIX", "");
        assertThat(prefix).isEqualTo(seen.get("TMPDIR") + "/conda-stage/envs/demo");
        assertThat(seen)
                .containsEntry("CONDA_PREFIX", prefix)
                .containsEntry("CONDA_DEFAULT_ENV", "demo")
                .containsEntry("CONDA_SHLVL", "1")
                .containsEntry("PATH", prefix + "/bin:/usr/bin:/bin")
                .containsEntry("CONDA_ENVS_PATH", seen.get("TMPDIR") + "/conda-stage/envs:/opt/more")
                .containsEntry("CONDA_STAGE_STATUS", "staged")
                .containsEntry("CONDA_STAGE_SOURCE", demo.toString())
                .containsEntry("CONDA_AUTO_ACTIVATE_BASE", "false")
                .containsEntry("CONDA_AUTO_ACTIVATE", "false")
                .containsEntry("FROM_STATE", "a value")
                .containsEntry("ACTIVATED_FROM", prefix)
                .doesNotContainKeys("CONDA_PREFIX_1", "CONDA_ENVS_DIRS");
    }

    @Test
    void theCopyIsReadOnlyAndPrivateAndTheDirectoryOfEnvironmentsIsClosed() {
        Path script = SANDBOX.file(
                "job.sh",
                "#!/bin/sh",
                "cd \"$CONDA_PREFIX/..\" && stat -c '%a %n' . demo demo/bin/tool demo/conda-meta/history",
                "stat -c '%a' \"$TMPDIR\"",
                "touch \"$CONDA_PREFIX/x\" 2>/dev/null || echo read-only",
                "touch \"$TMPDIR/x\" && echo scratch is writable");

        Ran ran = SANDBOX.stagehand("run", "--env", "demo", script.toString())
                .run()
                .endedWith(0);

        assertThat(ran.lines())
                .startsWith("555 .", "500 demo", "555 demo/bin/tool", "444 demo/conda-meta/history", "700")
                .contains("scratch is writable");
        if (SANDBOX.user().uid() != 0) {
            assertThat(ran.lines()).contains("read-only");
        }
    }

    @Test
    void writableActivateAndSeveralEnvironmentsComeFromTheJobFile() {
        SANDBOX.file(".conda-stage.toml", "env = [\"demo\", \"packed\"]", "writable = true", "activate = false");
        Path script = SANDBOX.file(
                "job.sh",
                "#!/bin/sh",
                "echo \"active ${CONDA_PREFIX-nothing}\"",
                "ls \"${CONDA_ENVS_PATH%%:*}\"",
                "touch \"$CONDA_STAGE_PREFIX/mine\" && echo written",
                "command -v whereami || echo not on PATH");

        Ran ran = SANDBOX.stagehand("run", script.toString()).run().endedWith(0);

        assertThat(ran.lines()).containsExactly("active nothing", "demo", "packed", "written", "not on PATH");
    }

    @Test
    void theOriginalsAutoStageHookDoesNotRunAgain() {
        Path script = SANDBOX.file(
                "job.sh",
                "#!/bin/bash",
                "for hook in \"$CONDA_PREFIX\"/etc/conda/activate.d/*.sh; do . \"$hook\"; done",
                "echo \"$ACTIVATED_FROM\"");

        Ran ran = SANDBOX.stagehand("run", "--env", "demo", script.toString())
                .run()
                .endedWith(0);

        assertThat(ran.out()).startsWith(inTheArea()).doesNotContain("HOOK RAN");
    }

    @Test
    void condaActivateInTheJobFindsTheStagedCopy() {
        // conda's documented look-up: the directories of CONDA_ENVS_PATH in order, then the configured ones
        Path script = SANDBOX.file(
                "job.sh",
                "#!/bin/bash",
                "conda() { local dirs d; IFS=: read -ra dirs <<<\"$CONDA_ENVS_PATH:$HOME/.conda/envs\"",
                "  for d in \"${dirs[@]}\"; do",
                "    if [ -d \"$d/$2/conda-meta\" ]; then echo \"activated $d/$2\"; return; fi",
                "  done; }",
                "conda activate packed; conda activate other");

        Ran ran = SANDBOX.stagehand("run", "--env", "packed", script.toString())
                .run()
                .endedWith(0);

        assertThat(ran.lines().get(0)).startsWith("activated " + inTheArea());
        assertThat(ran.lines().get(1)).isEqualTo("activated " + SANDBOX.home().resolve(".conda/envs/other"));
    }

    @Test
    void namesThatAreNotAsciiSurviveTheLocaleC() {
        Path umlauts = CondaEnv.small()
                .withFile("share/größe/naïve-日本.txt", "content\n")
                .install(SANDBOX.work().resolve("ümläut"), SANDBOX.user());
        Path script = SANDBOX.file("jöb.sh", "#!/bin/sh", "cat \"$CONDA_PREFIX/share/größe/naïve-日本.txt\"");

        SANDBOX.stagehand("run", "--env", umlauts.toString(), script.toString())
                .with("LC_ALL", "C")
                .run()
                .saidNoError()
                .endedWith(0);
    }
}
