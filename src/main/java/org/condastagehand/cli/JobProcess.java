package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;

/** The job script's process: it gets our streams and the caller's environment, and does not outlive us. */
final class JobProcess {
    /** What a script has between SIGTERM and SIGKILL to save its work; schedulers give between 2 and 90 s. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final String SETPRIV = "/usr/bin/setpriv";

    private final Process process;

    private JobProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts a command.
     *
     * @param variables what the job sees beside, or instead of, the caller's own variables
     */
    static JobProcess start(List<String> command, Map<String, String> variables, Host host) throws NodeFault {
        ProcessBuilder builder = new ProcessBuilder(bound(command, host)).inheritIO();
        builder.directory(host.directory().toFile());
        // changed in place: what is not touched keeps its bytes, also those that are no UTF-8
        CallerEnvironment.restore(builder.environment());
        builder.environment().putAll(variables);
        try {
            return new JobProcess(builder.start());
        } catch (IOException e) {
            throw new NodeFault("cannot start `" + command.get(0) + "`", e);
        }
    }

    /** Our SIGKILL cannot be caught: the kernel then kills the script for us, so that it does not run on unsupervised. */
    private static List<String> bound(List<String> command, Host host) {
        List<String> parentDeath = List.of(SETPRIV, "--pdeathsig", "KILL", "--");
        List<String> probe = new ArrayList<>(parentDeath);
        probe.add("/bin/true");
        try {
            boolean known = Files.isExecutable(Path.of(SETPRIV))
                    && host.exec().run(probe, Duration.ofSeconds(5)).status() == 0;
            return known ? Stream.concat(parentDeath.stream(), command.stream()).toList() : command;
        } catch (NodeFault e) {
            return command; // an old or broken setpriv: the sweep still strikes the files
        }
    }

    /** The script's own exit status, or 128 and the number of the signal that ended it. */
    int await() throws NodeFault {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeFault("interrupted while the script ran");
        }
    }

    /** SIGTERM to the script and all that it started, SIGKILL to what is still there after a while, or came since. */
    void end() {
        List<ProcessHandle> asked = all();
        asked.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + GRACE.toNanos();
        for (ProcessHandle one : asked) {
            try {
                one.onExit().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException | ExecutionException e) {
                all().forEach(ProcessHandle::destroyForcibly);
                one.destroyForcibly();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The script first, so that it starts nothing in place of what is ended after it. */
    private List<ProcessHandle> all() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }
}
