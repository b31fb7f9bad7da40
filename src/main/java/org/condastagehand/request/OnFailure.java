package org.condastagehand.request;

/** What becomes of a job whose environment could not be staged. */
public enum OnFailure {
    /** The job runs with the original environment; without one it fails. */
    FALLBACK,
    /** The job fails with the reason in its output. */
    FAIL
}
