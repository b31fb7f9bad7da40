package org.condastagehand.host;

import java.util.Optional;

/** How much {@link Report} says: {@code CONDA_STAGE_VERBOSE}. Whatever it is, warnings and errors are said. */
public enum Detail {
    QUIET("0"),
    USUAL("1"),
    MORE("2");

    /** The job's variable. */
    public static final String VARIABLE = "CONDA_STAGE_VERBOSE";

    private final String value;

    Detail(String value) {
        this.value = value;
    }

    /** What a value of the variable means; empty for one that means nothing. */
    public static Optional<Detail> of(String value) {
        for (Detail detail : values()) {
            if (detail.value.equals(value)) {
                return Optional.of(detail);
            }
        }
        return Optional.empty();
    }
}
