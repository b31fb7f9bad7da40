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

class SlurmDirectivesTest {
    private static Optional<Asked> find(String script) throws BadRequest {
        return SlurmDirectives.find(JobScript.of("job.sh", script));
    }

    /** Left: a script with / at the line breaks. Right: the value found. */
    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "#SBATCH --conda-env=x => x",
                "#SBATCH --conda-env x => x",
                "#SBATCH --conda-env/#SBATCH x => x",
                "#SBATCH --comment=conda_env=x => x",
                "#SBATCH --comment conda_env=x => x",
                "#SBATCH --comment=\"two words conda_env=x\" => x",
                "#SBATCH --comment='two words, conda_env=x;more' => x",
                "#SBATCH \"--comment=a conda_env=x\" => x",
                "#SBATCH --comment=a\\ conda_env=x => x",
                "#SBATCH --comment=\"\\\"quoted\\\" conda_env=x\" => x",
                "#SBATCH --comment=conda_env=x # why => x",
                "#SBATCH --comment=conda_env=x#why => x",
                "#SBATCH --comment=\"# conda_env=x\" => x",
                "#SBATCH --comment=conda_env=x,conda_env=y => y",
                "#SBATCH --extra=conda_env=x => x",
                "#SBATCH -n 2 --mem=1G --extra conda_env=x --time 5 => x",
                "#SBATCH --comment=conda_env=x/#SBATCH --comment=conda_env=y => y",
                "#SBATCH --comment=conda_env=x/#SBATCH --conda-env=y => y",
                "#SBATCH --conda-env=y/#SBATCH --comment=conda_env=x => y",
                "#SBATCH --extra=conda_env=y/#SBATCH --comment=conda_env=x => x",
                "#SBATCH --extra=conda_env=y/#SBATCH --comment=other => y",
                "#!bash//# a comment/  # another/#SBATCH --conda-env=x/echo => x",
                "#SBATCH --conda-env=x/#SBATCH hetjob/#SBATCH --conda-env=y => x",
                "#SBATCH --conda-env=none => none",
                "#SBATCH --conda-env= => ``",
                "#SBATCH --conda-env=x\r => x",
            })
    void findsTheRequest(String script, String value) throws BadRequest {
        assertThat(find(script.replace('/', '\n')).map(Asked::value)).contains(value);
    }

    /** A script with / at the line breaks. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "echo/#SBATCH --conda-env=x",
                " #SBATCH --conda-env=x",
                "##SBATCH --conda-env=x",
                "#SBATCH # --conda-env=x",
                "#SBATCH --comment=my_conda_env=x",
                "#SBATCH --comment=conda_env",
                "#SBATCH --job-name=conda_env=x",
                "#SBATCH --comment=conda_env=x/#SBATCH --comment=other",
                "#SBATCH hetjob/#SBATCH --conda-env=x",
                "#$ -l conda_env=x",
            })
    void findsNothing(String script) throws BadRequest {
        assertThat(find(script.replace('/', '\n'))).isEmpty();
    }

    @Test
    void refusesAQuoteThatDoesNotEndAsSbatchDoes() {
        assertThatThrownBy(() -> find("#!/bin/sh\n#SBATCH --comment=\"conda_env=x\n"))
                .isInstanceOf(BadRequest.class)
                .hasMessage("line 2 of `job.sh`: the closing \" is missing");
    }

    @Test
    void refusesAnOptionWithoutItsValue() {
        assertThatThrownBy(() -> find("#SBATCH --conda-env\n"))
                .isInstanceOf(BadRequest.class)
                .hasMessage("`#SBATCH --conda-env` in line 1 of `job.sh`: it has no value");
    }

    @Test
    void saysInWhichLineOfWhichOption() throws BadRequest {
        assertThat(find("#!/bin/sh\n#SBATCH -n1 --comment='a conda_env=x'\n"))
                .hasToString("Optional[`#SBATCH --comment` in line 2 of `job.sh`]");
    }

    @Property(tries = 1000)
    void throwsNothingButABadRequestOnAnyText(@ForAll String text) {
        assertThatItIsReadOrRefused(text);
        assertThatItIsReadOrRefused("#SBATCH" + text);
    }

    @Property(tries = 1000)
    void throwsNothingButABadRequestOnWhatLooksLikeDirectives(
            @ForAll
                    @CharRange(from = ' ', to = '-')
                    @CharRange(from = '\n', to = '\n')
                    @CharRange(from = '\\', to = '\\')
                    String text) {
        assertThatItIsReadOrRefused(text.replace("&", "--comment=")
                .replace("*", "\n#SBATCH --extra ")
                .replace("!", "conda_env="));
    }

    private static void assertThatItIsReadOrRefused(String text) {
        try {
            find(text).ifPresent(asked -> assertThat(asked.toString()).contains("#SBATCH --"));
        } catch (BadRequest e) {
            assertThat(e).hasMessageContaining(" of `job.sh`: ").message().doesNotContain("\n");
        }
    }
}
