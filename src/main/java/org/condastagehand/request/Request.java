package org.condastagehand.request;

/** What a job says about staging: nothing, that it wants none, or which environments. */
public sealed interface Request {
    /** The job is none of ours and runs untouched. */
    record Nothing() implements Request {}

    /**
     * Staging was turned off on purpose.
     *
     * @param by what turned it off, for people to read
     */
    record TurnedOff(String by) implements Request {}

    record Wanted(JobRequest job) implements Request {}
}
