package org.condastagehand.scheduler;

/** What is to become of a job, whatever the scheduler. */
public enum Verdict {
    RUN,
    /** The job starts, and the part of the hook that runs inside it prints the reason and ends it. */
    FAIL_IN_JOB,
    /** The scheduler is to start the job again, on whichever node. */
    REQUEUE,
    /** The scheduler is to hold the job for its owner to look at. */
    PARK;

    /** The exit status of a Grid Engine prolog, sge_conf(5): any number but these disables the queue. */
    public int ofGridEngine() {
        return switch (this) {
            case RUN, FAIL_IN_JOB -> 0;
            case REQUEUE -> 99;
            case PARK -> 100;
        };
    }
}
