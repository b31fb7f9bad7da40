package org.condastagehand.cli;

import java.util.List;
import java.util.Map;
import org.condastagehand.host.Host;
import org.condastagehand.host.StagingException;
import org.jspecify.annotations.Nullable;

/** The script of a job, once it has been started: a signal to us must find it. */
final class RunningScript {
    private volatile @Nullable JobProcess process;

    /** Runs a command to its end and gives its exit status. */
    int run(Cleanup cleanup, List<String> command, Map<String, String> variables, Host host) throws StagingException {
        JobProcess started = cleanup.make(() -> {
            JobProcess begun = JobProcess.start(command, variables, host);
            process = begun;
            return begun;
        });
        int status = started.await();
        process = null;
        return status;
    }

    /** Ends the script if it is running. */
    void end() {
        JobProcess running = process;
        if (running != null) {
            running.end();
        }
    }
}
