package org.condastagehand.request;

import java.util.regex.Pattern;

/** A scheduler's number of a job, with the number of its array task where it has one. */
public record JobId(String value) {
    private static final Pattern VALID = Pattern.compile("[0-9]{1,20}(\\.[0-9]{1,20})?");

    public JobId {
        if (!VALID.matcher(value).matches()) {
            throw new IllegalArgumentException("job id is not NUMBER or NUMBER.TASK: `" + value + "`");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
