package org.condastagehand.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a program said and how it ended. */
record Ran(int status, byte[] output, String err) {
    String out() {
        return new String(output, StandardCharsets.UTF_8);
    }

    List<String> lines() {
        return out().lines().toList();
    }

    /** Of output that is {@code env -0}: bytes as ISO-8859-1, so that nothing is lost. */
    Map<String, String> variables() {
        Map<String, String> variables = new TreeMap<>();
        for (String entry : new String(output, StandardCharsets.ISO_8859_1).split("\0", -1)) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                variables.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return variables;
    }

    Ran endedWith(int expected) {
        assertThat(status).as("status; stdout:\n%s\nstderr:\n%s", out(), err).isEqualTo(expected);
        return this;
    }

    /** Our own lines on stderr: one says what is wrong, one more may say what to type. */
    Ran saidOneError(String... parts) {
        assertThat(errors()).as("stderr:\n%s", err).hasSize(1);
        assertThat(errors().get(0)).doesNotEndWith(".");
        for (String part : parts) {
            assertThat(errors().get(0)).contains(part);
        }
        assertThat(err).doesNotContain("\tat ").doesNotContain("Exception");
        assertThat(err.lines().filter(line -> line.contains(": hint: ")).count())
                .isLessThanOrEqualTo(1);
        return this;
    }

    Ran saidNoError() {
        assertThat(errors()).isEmpty();
        return this;
    }

    private List<String> errors() {
        return err.lines()
                .filter(line -> line.startsWith("conda-stagehand: error: "))
                .toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ran that
                && status == that.status
                && Arrays.equals(output, that.output)
                && err.equals(that.err);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(output);
    }
}
