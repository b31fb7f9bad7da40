package org.condastagehand.doctor;

import java.util.List;
import org.condastagehand.host.StagingException;

/** One subject. Whatever may not answer, a disk or a daemon, is asked through {@link Probe}. */
@FunctionalInterface
interface Check {
    /**
     * Looks.
     *
     * @throws StagingException what kept it from finding anything, which is a finding too
     */
    List<Finding> findings() throws StagingException;
}
