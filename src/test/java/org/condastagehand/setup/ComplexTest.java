package org.condastagehand.setup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ComplexTest {
    private static final String ALL = """
            #name               shortcut   type      relop requestable consumable default  urgency\s
            #--------------------------------------------------------------------------------------
            arch                a          STRING    ==    YES         NO         NONE     0
            # >#< starts a comment but comments are not saved across edits --------
            """;

    @Test
    void isAddedAfterAllOthersAndTakenAway() {
        String with = Complex.with(ALL);

        assertThat(with).isEqualTo(ALL + "conda_env conda_env RESTRING != YES NO NONE 0\n");
        assertThat(Complex.find(with))
                .hasValueSatisfying(line -> assertThat(Complex.isOurs(line)).isTrue());
        assertThat(Complex.without(with)).isEqualTo(ALL);
        assertThat(Complex.without(ALL)).isEqualTo(ALL);
        assertThat(Complex.find(ALL)).isEmpty();
    }

    @Test
    void isFoundAsNameOrShortcutWhateverTheBlanks() {
        String ours = "conda_env           conda_env    RESTRING    !=    YES         NO         NONE     0";
        String foreign = "software conda_env STRING == YES NO NONE 0";

        assertThat(Complex.isOurs(ours)).isTrue();
        assertThat(Complex.find(foreign)).hasValue(foreign);
        assertThat(Complex.isOurs(foreign)).isFalse();
        assertThat(Complex.without(foreign + "\n")).isEqualTo(foreign + "\n");
    }
}
