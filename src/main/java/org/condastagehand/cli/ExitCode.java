package org.condastagehand.cli;

import org.condastagehand.host.BadRequest;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.StagingException;

/** What the commands exit with; the numbers are those of sysexits(3) and, for {@code run}, of env(1) and nohup(1). */
final class ExitCode {
    static final int DONE = 0;
    static final int USAGE = 2;
    static final int BAD_REQUEST = 65;
    static final int NODE_FAULT = 69;
    static final int BUG = 70;
    static final int BAD_SITE = 78;

    /** A hook: to be started again when the account of the site's environments has been. No scheduler sees it. */
    static final int AFTER_ACCOUNT = 75;

    /** {@code run} failed before the script began. */
    static final int NOT_BEGUN = 125;

    /** {@code run}: the script is there but cannot be read. */
    static final int NOT_RUNNABLE = 126;

    /** {@code run}: there is no such script. */
    static final int NOT_FOUND = 127;

    private ExitCode() {}

    /** The one place that maps who must act to a number. */
    static int of(StagingException failure) {
        if (failure instanceof BadRequest) {
            return BAD_REQUEST;
        }
        return failure instanceof BadSite ? BAD_SITE : NODE_FAULT;
    }
}
