package org.condastagehand.setup;

import java.util.Locale;

/** A time limit of slurm.conf: seconds, or a word. */
final class SlurmTimeout {
    /** What Slurm takes for it at most; it says 65534 where nothing is set, and 65535 for INFINITE. */
    static final long MOST = 65533;

    private SlurmTimeout() {}

    static long seconds(String value) {
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "INFINITE", "UNLIMITED" -> Long.MAX_VALUE;
            default -> value.matches("[0-9]{1,9}") ? Long.parseLong(value) : 0;
        };
    }

    /** Of PrologEpilogTimeout; seen with Slurm 22.05: 0 is no limit either. */
    static boolean isNone(String value) {
        long seconds = seconds(value);
        return seconds == 0 || seconds > MOST;
    }
}
