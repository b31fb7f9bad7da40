package org.condastagehand.doctor;

import java.util.Optional;

/**
 * What a check has found.
 *
 * @param check what was looked at
 * @param text what is so, in one line
 * @param mend what to type, where there is something to mend
 */
public record Finding(String check, Grade grade, String text, Optional<String> mend) {
    /** How bad it is. */
    public enum Grade {
        OK,
        /** Jobs run, but not as well or as safely as they could. */
        WARN,
        /** Jobs do not get their environments, or something of theirs stays. */
        FAIL
    }

    public Finding {
        if (grade == Grade.OK && mend.isPresent()) {
            throw new IllegalArgumentException("nothing to mend where all is well: " + check);
        }
    }

    static Finding ok(String check, String text) {
        return new Finding(check, Grade.OK, text, Optional.empty());
    }

    static Finding warn(String check, String text, String mend) {
        return new Finding(check, Grade.WARN, text, Optional.of(mend));
    }

    static Finding fail(String check, String text, String mend) {
        return new Finding(check, Grade.FAIL, text, Optional.of(mend));
    }
}
