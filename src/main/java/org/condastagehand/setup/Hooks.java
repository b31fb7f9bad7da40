package org.condastagehand.setup;

/** Which hooks a queue is to have. */
public enum Hooks {
    /** Prolog and epilog as the job's user, and the starter. */
    USERS,
    /** Prolog and epilog as root, and the starter. */
    ROOTS,
    /** The starter alone: it stages too, and execd strikes with the job's TMPDIR. */
    STARTER
}
