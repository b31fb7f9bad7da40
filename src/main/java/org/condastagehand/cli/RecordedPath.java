package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.PrivateDirectory;
import org.condastagehand.host.ProcessIdentity;
import org.condastagehand.host.StagingException;
import org.condastagehand.job.JobArea;
import org.condastagehand.job.JobDirectory;
import org.condastagehand.job.JobRecord;
import org.condastagehand.sweep.Strike;

/**
 * A path outside the jobs' area that exists only while this process works on it. It is recorded before it is made, so
 * that the sweep strikes it when the process was killed.
 */
final class RecordedPath {
    private final Host host;
    private final Site site;
    private final JobRecord record;
    private JobArea area;

    /**
     * Names a path beside a staged directory.
     *
     * @param prefix what its name begins with; the rest is unique to this process
     */
    RecordedPath(Host host, Site site, String prefix, Path staged) throws NodeFault {
        this.host = host;
        this.site = site;
        this.area = site.area(host);
        try {
            ProcessIdentity self = ProcessIdentity.self();
            String unique = self.pid() + "." + self.startTime();
            Path path = staged.resolveSibling(prefix + unique);
            this.record = new JobRecord(
                    "local-" + unique,
                    site.node(),
                    host.user(),
                    path,
                    Optional.empty(),
                    self,
                    Optional.of(staged),
                    Optional.empty());
        } catch (IOException e) {
            throw new NodeFault("cannot read `/proc`", e);
        }
    }

    Path path() {
        return record.directory();
    }

    /** Writes the record; where the local root cannot be used, into /tmp. */
    void record() throws StagingException {
        try {
            write();
        } catch (StagingException e) {
            area = JobArea.inTmp(host.user());
            write();
        }
    }

    /** Writes the record and makes a private directory of the path. */
    Path make() throws StagingException {
        record();
        try {
            return PrivateDirectory.makeNew(path());
        } catch (IOException e) {
            throw new NodeFault("cannot make the directory `" + path() + "`", e);
        }
    }

    void strike() throws NodeFault {
        new Strike(area).strike(record);
    }

    private void write() throws StagingException {
        try {
            JobDirectory.recordIn(area, record);
        } catch (IOException e) {
            throw new NodeFault("cannot write a record on node `" + site.node() + "`", e);
        }
    }
}
