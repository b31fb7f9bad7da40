package org.condastagehand.activate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Scripts that stop at the first failure or at an unset name source the file too, and keep their options. */
class StrictShellsTest {
    private static final Map<String, String> BARE = Map.of("PATH", "/usr/bin:/bin");

    @TempDir
    private Path job;

    private Stage stage;

    @BeforeEach
    void layOutAnEnvironmentThatIsNotStrict() {
        stage = Stage.of(job, "demo")
                .with("etc/conda/activate.d/a.sh", "echo \"$NOT_SET\" >/dev/null; set -- lost; false; set -eu\n")
                .with("etc/conda/activate.d/b.sh", "export B=\"b$NOT_SET\"; false; return 3\n")
                .with("etc/conda/activate.d/a.csh", "setenv B b\n")
                .with("etc/conda/activate.d/a.fish", "set -gx B b\nfalse\n");
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"TCSH", "FISH"})
    void keepsTheOptionsAndArguments(TestShell shell) {
        for (String options : new String[] {"-eu", "-e", "-u", "+e"}) {
            String script = "set " + options + "; set -- 'a b' c; before=$-; " + shell.source(stage.activation())
                    + "\n echo \"$B $# $1 [$before] [$-]\"; set | grep ^__conda_stage; typeset -f 2>/dev/null | grep ^__conda_stage; :";
            Ran ran = shell.run(BARE, script);
            assertThat(ran.err()).isEmpty();
            String[] words = ran.out().strip().split(" ", -1);
            assertThat(words).as(options + ran.out()).hasSize(6).startsWith("b", "2", "a", "b");
            assertThat(words[5]).isEqualTo(words[4]);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "errexit nounset",
        "shwordsplit ksharrays",
        "noglob nullglob",
        "rcquotes cshjunkiequotes",
        "posixbuiltins"
    })
    void standsZshsOptions(String options) {
        stage.with("conda-meta/state", "{\"env_vars\": {\"Q\": \"''a''\"}}");
        Ran ran = TestShell.ZSH.run(
                BARE, "setopt " + options + "\n" + TestShell.ZSH.source(stage.activation()) + "\n/usr/bin/env -0");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.environment())
                .containsEntry("PATH", stage.bin() + ":/usr/bin:/bin")
                .containsEntry("Q", "''a''")
                .containsEntry("B", "b");
    }

    @ParameterizedTest
    @EnumSource(names = {"BASH", "KSH", "ZSH"})
    void neitherTrapsNorPipefailFire(TestShell shell) {
        String errtrace = shell == TestShell.BASH ? "set -E; " : "";
        Ran ran = shell.run(
                BARE,
                errtrace + "set -o pipefail; trap 'echo trapped; exit 9' ERR\n" + shell.source(stage.activation())
                        + "\necho \"$B\"");
        assertThat(ran).isEqualTo(new Ran(0, "b\n", ""));
    }

    @ParameterizedTest
    @EnumSource(names = {"TCSH"})
    void cshMayStopAtFailures(TestShell shell) {
        Ran ran = shell.activate(BARE, stage.activation(), "-e");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.environment()).containsEntry("B", "b");
        assertThat(shell.run(
                                BARE,
                                shell.source(stage.activation()) + "\nset backslash_quote\n"
                                        + shell.source(stage.activation()) + "\nset")
                        .out())
                .doesNotContain("conda_stage_");
    }
}
