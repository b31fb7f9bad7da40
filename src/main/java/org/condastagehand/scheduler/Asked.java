package org.condastagehand.scheduler;

import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Report;
import org.condastagehand.request.EnvSpec;

/**
 * One value that somebody gave for {@code conda_env}, not yet looked at.
 *
 * @param by what gave it, as somebody would type it: {@code #$ -l conda_env}
 * @param where the place that it stands in, with a leading {@code in}; empty where there is nothing to point at
 */
record Asked(String value, String by, String where) {
    private static final String HINT =
            "write the name of an environment, the absolute path of a prefix or of an archive, or none";

    static Asked in(JobScript script, int line, String by, String value) {
        return new Asked(value, by, " in " + script.where(line));
    }

    /** {@code none} turns staging off; so does Grid Engine's own spelling of it. */
    boolean turnsOff() {
        return value.equalsIgnoreCase("none");
    }

    EnvSpec env() throws BadRequest {
        if (value.isEmpty()) {
            throw bad("it names no environment");
        }
        if (value.indexOf('\uFFFD') >= 0) {
            throw bad("not UTF-8: `" + oneLine(value) + "`");
        }
        try {
            return EnvSpec.parse(value);
        } catch (IllegalArgumentException e) {
            throw bad(oneLine(String.valueOf(e.getMessage())));
        }
    }

    BadRequest bad(String reason) {
        return new BadRequest(this + ": " + reason, HINT);
    }

    @Override
    public String toString() {
        return "`" + by + "`" + where;
    }

    /** For a message: what a user wrote may hold anything. */
    static String oneLine(String text) {
        String line = Report.printable(text);
        return line.length() <= 300 ? line : line.substring(0, 300) + "…";
    }
}
