package org.condastagehand.request;

/** How a job wants its environments staged. {@code activate}: the first one is active when the job script starts. */
public record StageOptions(boolean writable, boolean activate, OnFailure onFailure) {}
