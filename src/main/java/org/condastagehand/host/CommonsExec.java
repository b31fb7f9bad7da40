package org.condastagehand.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ExecuteWatchdog;
import org.apache.commons.exec.PumpStreamHandler;
import org.apache.commons.exec.Watchdog;
import org.jspecify.annotations.Nullable;

/** {@link Exec} by Commons Exec, which pumps 1 KiB at a time: for short answers only. */
public final class CommonsExec implements Exec {
    private static final Duration LEFT_BEHIND = Duration.ofSeconds(2);

    @Override
    public Result run(List<String> command, Duration limit) throws NodeFault {
        CommandLine line = new CommandLine(command.get(0));
        command.stream().skip(1).forEach(argument -> line.addArgument(argument, false));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Killer watchdog = new Killer(limit);
        PumpStreamHandler streams = new PumpStreamHandler(new Bounded(out), new Bounded(err));
        // a child that the program left behind may hold its streams open for ever
        streams.setStopTimeout(LEFT_BEHIND);
        DefaultExecutor executor =
                DefaultExecutor.builder().setExecuteStreamHandler(streams).get();
        executor.setWatchdog(watchdog);
        executor.setExitValues(null);
        try {
            int status = executor.execute(line);
            if (watchdog.killedProcess()) {
                throw late(command, limit);
            }
            return new Result(status, text(out), text(err));
        } catch (IOException e) {
            if (watchdog.killedProcess()) {
                throw late(command, limit);
            }
            throw new NodeFault("cannot run `" + command.get(0) + "`", e);
        }
    }

    private static NodeFault late(List<String> command, Duration limit) {
        return new NodeFault("`" + command.get(0) + "` did not end within " + limit.toMillis() / 1000.0 + " s");
    }

    private static String text(ByteArrayOutputStream bytes) {
        synchronized (bytes) { // a stream that was not waited for may still be written to
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    /** Kills where Commons Exec asks: a program, and what it started, may ignore SIGTERM. */
    private static final class Killer extends ExecuteWatchdog {
        private volatile @Nullable Process process;

        @SuppressWarnings("deprecation") // its builder makes no subclass
        Killer(Duration limit) {
            super(Math.max(1, limit.toMillis()));
        }

        @Override
        public synchronized void start(Process started) {
            process = started;
            super.start(started);
        }

        @Override
        public synchronized void timeoutOccured(Watchdog watchdog) {
            Process late = process;
            List<ProcessHandle> started =
                    late == null ? List.of() : late.descendants().toList();
            super.timeoutOccured(watchdog);
            if (late != null && killedProcess()) {
                started.forEach(ProcessHandle::destroyForcibly);
                late.destroyForcibly();
            }
        }
    }

    /** Keeps the first part and drops the rest, so that a chatty program cannot fill the heap. */
    private static final class Bounded extends OutputStream {
        private final ByteArrayOutputStream kept;

        Bounded(ByteArrayOutputStream kept) {
            this.kept = kept;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            synchronized (kept) {
                kept.write(bytes, from, Math.min(length, MOST_BYTES - kept.size()));
            }
        }
    }
}
