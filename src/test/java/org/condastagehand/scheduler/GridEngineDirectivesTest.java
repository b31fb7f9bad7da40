package org.condastagehand.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.condastagehand.host.BadRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GridEngineDirectivesTest {
    private static Optional<Asked> find(String script) throws BadRequest {
        return GridEngineDirectives.find(JobScript.of("job.sh", script));
    }

    /** Left: a script with / at the line breaks. Right: the value found. */
    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "#$ -l conda_env=x => x",
                "#$-l conda_env=x => x",
                "#$ \t -l\tconda_env=x  => x",
                "#!bash/python a.py/#$ -l conda_env=x => x",
                "#$ -l a=1,conda_env=x,b=2 => x",
                "#$ -l h_rt=1:0:0 -l conda_env=x -cwd => x",
                "#$ -hard -l a=1 -soft -l conda_env=x => x",
                "#$ -l conda_env=x/#$ -l conda_env=y => y",
                "#$ -l conda_env=x -l conda_env=y => y",
                "#$ -l conda_env=x,conda_env=y => y",
                "#$ -l conda_env=x/#$ -l mem=1G => x",
                "#$ -l \"conda_env=x\" => x",
                "#$ -l conda_env='x' => x",
                "#$ -l 'a=1,conda_env=x => x",
                "#$ -l conda_env=x # why => x",
                "#$ -l conda_env=x#y => x",
                "#$ -l conda_env=none => none",
                "#$ -l conda_env= => ``",
                "#$ -l a=1 \\/#$ -l conda_env=x => x",
                "#$ -l \\/#$ conda_env=x => x",
                "#$ -l conda_env=x \\/echo => x",
                "#$ -l conda_env=x \\ => x",
                "#$ -l conda_env=x -clear/#$ -l conda_env=y => y",
                "#$ -clear -l conda_env=x => x",
                "#$ -N conda_env=n -l conda_env=x => x",
                "#$ -pe mpi 4 -l conda_env=x => x",
                "#$ -C #% -l a=1/#% -l conda_env=x/#$ -l conda_env=y => x",
                "#$ -C '#%'/#% -l conda_env=x # why => x",
                "#$ -C \"#PBS\" # old -C #x/#PBS -l conda_env=x => x",
                "#$ -C @@/@@ -l conda_env=x => x",
                "#$ -l conda_env=x\r => x",
                "#$ -l conda_env=a=b => a=b",
            })
    void findsTheRequest(String script, String value) throws BadRequest {
        assertThat(find(script.replace('/', '\n')).map(Asked::value)).contains(value);
    }

    /** A script with / at the line breaks. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# $ -l conda_env=x",
                " #$ -l conda_env=x",
                "##$ -l conda_env=x",
                "echo #$ -l conda_env=x",
                "#$ # -l conda_env=x",
                "#$ # -C '#%'/#% -l conda_env=x",
                "#$ -l conda_env=x -clear",
                "#$ -l conda_env=x/#$ -clear",
                "#$ -N conda_env=x",
                "#$ -v conda_env=x",
                "#$ -N -l -l",
                "#$ -v A=1,conda_env=x -o conda_env=y",
                "#$ -pe -l conda_env=x",
                "#$ -l my_conda_env=x",
                "#$ -l conda_env_x=1",
                "#$ -l",
                "#$ -l a=1 \\/# -l conda_env=x",
                "#$ -l a=1 \\/-l conda_env=x",
                "#$ -C '#%'/#$ -l conda_env=x",
                "#$ -C ''/#$ -l conda_env=x",
                "#$ -C",
                "#SBATCH -l conda_env=x",
            })
    void findsNothing(String script) throws BadRequest {
        assertThat(find(script.replace('/', '\n'))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '^',
            value = {
                "#$ -l conda_env => `#$ -l conda_env` in line 1 of `job.sh`: it names no environment",
                "#$ -l a=1, conda_env=x => `#$ -l conda_env` in line 1 of `job.sh`: `conda_env=x` stands outside of `-l`",
                "#$ -l conda_env=a* => `#$ -l conda_env` in line 1 of `job.sh`: Grid Engine reads `*` as a pattern: `a*`",
                "#$ -l conda_env=a|b => `#$ -l conda_env` in line 1 of `job.sh`: Grid Engine reads `|` as a pattern: `a|b`",
                "#$ -l conda_env=!a => `#$ -l conda_env` in line 1 of `job.sh`: Grid Engine reads `!` as a pattern: `!a`",
                "#$ -C #% => ^^",
            })
    void refusesWhatQsubWouldTakeForSomethingElse(String script, String complaint) throws BadRequest {
        if (complaint.isEmpty()) {
            assertThat(find(script)).isEmpty();
        } else {
            assertThatThrownBy(() -> find(script))
                    .isInstanceOf(BadRequest.class)
                    .hasMessage(complaint);
        }
    }

    @Test
    void saysInWhichLineWithWhichPrefix() throws BadRequest {
        assertThat(find("#!/bin/sh\n#$ -C #%\n#% -l a=1 \\\n#% -l conda_env=x\n"))
                .hasToString("Optional[`#% -l conda_env` in line 3 of `job.sh`]");
    }

    @Test
    void takesAPathWithSlashes() throws BadRequest {
        assertThat(find("#$ -l conda_env=/sw/envs/ml").orElseThrow().value()).isEqualTo("/sw/envs/ml");
    }

    @Test
    void isQuickWithAnAbsurdScript() throws BadRequest {
        assertThat(find("#$ -C" + " ".repeat(500_000) + "\n#$ " + "-C -C ".repeat(80_000)))
                .isEmpty();
        assertThat(find("#$ \\\n".repeat(200_000))).isEmpty();
    }

    @Property(tries = 1000)
    void throwsNothingButABadRequestOnAnyText(@ForAll String text) {
        assertThatItIsReadOrRefused(text);
        assertThatItIsReadOrRefused("#$" + text);
    }

    @Property(tries = 1000)
    void throwsNothingButABadRequestOnWhatLooksLikeDirectives(
            @ForAll
                    @CharRange(from = ' ', to = '-')
                    @CharRange(from = '\n', to = '\n')
                    @CharRange(from = '\\', to = '\\')
                    String text) {
        assertThatItIsReadOrRefused(
                text.replace("&", "-l ").replace("*", "\n#$ -C ").replace("!", "conda_env="));
    }

    private static void assertThatItIsReadOrRefused(String text) {
        try {
            find(text).ifPresent(asked -> assertThat(asked.toString()).contains("conda_env"));
        } catch (BadRequest e) {
            assertThat(e).hasMessageContaining(" of `job.sh`: ").message().doesNotContain("\n");
        }
    }
}
