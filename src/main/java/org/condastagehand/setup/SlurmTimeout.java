package org.condastagehand.setup;

import java.util.Locale;

/** A time limit of slurm.conf: seconds, or a word, and as {@code scontrol show config} prints it. */
final class SlurmTimeout {
    /** What Slurm takes for it at most; it says 65534 where nothing is set, and 65535 for INFINITE. */
    static final long MOST = 65533;

    private SlurmTimeout() {}

    static long seconds(String value) {
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "INFINITE", "UNLIMITED" -> Long.MAX_VALUE;
            default -> {
                String number = value.replaceFirst(" sec$", "");
                yield number.matches("[0-9]{1,9}") ? Long.parseLong(number) : 0;
            }
        };
    }

    /** Of PrologEpilogTimeout; seen with Slurm 22.05: 0 is no limit either. */
    static boolean isNone(String value) {
        long seconds = seconds(value);
        return seconds == 0 || seconds > MOST;
    }
}
