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

/** {@link Exec} by Commons Exec, which pumps 1 KiB at a time: for short answers only. */
public final class CommonsExec implements Exec {
    private static final int MOST_BYTES = 1 << 20;

    @Override
    public Result run(List<String> command, Duration limit) throws NodeFault {
        CommandLine line = new CommandLine(command.get(0));
        command.stream().skip(1).forEach(argument -> line.addArgument(argument, false));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        ExecuteWatchdog watchdog = ExecuteWatchdog.builder().setTimeout(limit).get();
        DefaultExecutor executor = DefaultExecutor.builder()
                .setExecuteStreamHandler(new PumpStreamHandler(new Bounded(out), new Bounded(err)))
                .get();
        executor.setWatchdog(watchdog);
        executor.setExitValues(null);
        try {
            int status = executor.execute(line);
            if (watchdog.killedProcess()) {
                throw new NodeFault("`" + command.get(0) + "` did not end within " + limit.toSeconds() + " s");
            }
            return new Result(status, text(out), text(err));
        } catch (IOException e) {
            throw new NodeFault("cannot run `" + command.get(0) + "`", e);
        }
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Keeps the first part and drops the rest, so that a chatty program cannot fill the heap. */
    private static final class Bounded extends OutputStream {
        private final ByteArrayOutputStream kept;

        Bounded(ByteArrayOutputStream kept) {
            this.kept = kept;
        }

        @Override
        public void write(int b) {
            if (kept.size() < MOST_BYTES) {
                kept.write(b);
            }
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            kept.write(bytes, from, Math.min(length, MOST_BYTES - kept.size()));
        }
    }
}
