package org.condastagehand.archive;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a program makes of a file, which is its stdin, so that no name gets into a command line. It gets no environment.
 * Its status counts: the end of its output is an end only where it ended well. A program whose reader is gone, killed or
 * not, dies at its next write.
 */
final class PipedProgram extends InputStream {
    private static final int MOST_COMPLAINT_BYTES = 300;
    private static final int LAST_SIGNAL = 128 + 64;
    private static final long SECONDS_TO_END = 10;
    private static final long SECONDS_TO_DIE = 2;

    private final String name;
    private final Process process;
    private final InputStream output;
    private final Thread listener;
    private volatile String complaint = "";

    PipedProgram(List<String> command, Path file) throws IOException {
        name = command.get(0);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(new File("/")).redirectInput(file.toFile());
        builder.environment().clear();
        process = builder.start();
        output = process.getInputStream();
        listener = new Thread(this::listen, "decompressor's stderr");
        listener.setDaemon(true);
        listener.start();
    }

    /** Keeps the beginning, and takes the rest lest the program wait for a reader. */
    private void listen() {
        byte[] rest = new byte[1 << 12];
        try (InputStream err = process.getErrorStream()) {
            complaint = new String(err.readNBytes(MOST_COMPLAINT_BYTES), StandardCharsets.UTF_8);
            while (err.read(rest) >= 0) {
                // not shown
            }
        } catch (IOException e) {
            complaint = ""; // closed: nobody asks for it
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        int count = output.read(into, from, length);
        if (count < 0) {
            requireSuccess();
        }
        return count;
    }

    private void requireSuccess() throws IOException {
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                throw new IOException("`" + name + "` closed its output and does not end");
            }
            int status = process.exitValue();
            if (status != 0) {
                listener.join(TimeUnit.SECONDS.toMillis(SECONDS_TO_DIE));
                throw new IOException("`" + name + "` " + ended(status) + said());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static String ended(int status) {
        boolean signal = status > 128 && status <= LAST_SIGNAL;
        return signal ? "was ended by signal " + (status - 128) : "ended with status " + status;
    }

    private String said() {
        return complaint.isBlank()
                ? ""
                : ": " + complaint.strip().lines().findFirst().orElse("");
    }

    /** Ends it, from whatever thread; a read that waits for it fails then. */
    void kill() {
        process.destroyForcibly();
        boolean interrupted = Thread.interrupted();
        try {
            // one that hangs in the kernel ends for nobody, and is not waited for
            process.waitFor(SECONDS_TO_DIE, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        output.close();
    }
}
