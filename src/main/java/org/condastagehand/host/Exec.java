package org.condastagehand.host;

import java.time.Duration;
import java.util.List;

/** Runs a command of the system, for the small outputs of schedulers' commands and the like. */
@FunctionalInterface
public interface Exec {
    /** Bytes of each text that are kept: what a sweep tells of 10,000 jobs, and what a user can make root's hold in memory. */
    int MOST_BYTES = 4 << 20;

    /** What a command left behind; both texts are UTF-8 and at most {@link #MOST_BYTES}. */
    record Result(int status, String out, String err) {}

    /**
     * Waits for the command's end.
     *
     * @param command the program and its arguments; never a shell string
     * @throws NodeFault the program could not be started, or ran into the time limit
     */
    Result run(List<String> command, Duration limit) throws NodeFault;
}
