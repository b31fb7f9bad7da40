package org.condastagehand.doctor;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** How many MB a second come out of a decompressor, of a sample in memory: no disk counts. */
final class GzipSpeed {
    private static final int BUFFER = 1 << 16;
    private static final long MOST_SECONDS = 20;

    private final int size;
    private final byte[] compressed;

    GzipSpeed(byte[] sample) {
        size = sample.length;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new Quick(bytes)) {
            gzip.write(sample);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // an array does not fail
        }
        compressed = bytes.toByteArray();
    }

    private static final class Quick extends GZIPOutputStream {
        Quick(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    long ofJava() {
        long began = System.nanoTime();
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed), BUFFER)) {
            return speed(count(in), began);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its start counts too. */
    long of(Path program) throws IOException {
        long began = System.nanoTime();
        ProcessBuilder builder =
                new ProcessBuilder(program.toString(), "-dc").redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        Process process = builder.start();
        Thread limit = daemon(() -> endLate(process));
        daemon(() -> feed(process));
        long speed;
        try (InputStream out = process.getInputStream()) {
            speed = speed(count(out), began);
        } finally {
            process.destroyForcibly();
            limit.interrupt();
        }
        return speed;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "speed");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void feed(Process process) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(compressed);
        } catch (IOException e) {
            // it has ended: what it gave is too short
        }
    }

    private static void endLate(Process process) {
        try {
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it was in time
        }
    }

    private static long count(InputStream in) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long count = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            count += read;
        }
        return count;
    }

    private long speed(long count, long began) throws IOException {
        if (count != size) {
            throw new IOException(count + " bytes came out of a sample of " + size);
        }
        return Math.max(1, size * 1_000L / Math.max(1, System.nanoTime() - began));
    }
}
