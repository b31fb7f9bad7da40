package org.condastagehand.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A program that has been started. */
final class Running {
    private final Process process;
    private final Path streams;

    Running(Process process, Path streams) {
        this.process = process;
        this.streams = streams;
    }

    long pid() {
        return process.pid();
    }

    String outSoFar() {
        return new String(read("out"), StandardCharsets.UTF_8);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    Running waitForOutput(String text) {
        Wait.until("`" + text + "` in the output", () -> {
            assertThat(process.isAlive() || outSoFar().contains(text))
                    .as(
                            "it ended; stdout:\n%s\nstderr:\n%s",
                            outSoFar(), new String(read("err"), StandardCharsets.UTF_8))
                    .isTrue();
            return outSoFar().contains(text);
        });
        return this;
    }

    Running signal(String name) {
        try {
            new ProcessBuilder("/bin/kill", "-s", name, Long.toString(pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            return this;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    Ran await(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError("not over after " + limit + "; stdout:\n" + outSoFar() + "\nstderr:\n"
                        + new String(read("err"), StandardCharsets.UTF_8));
            }
            return new Ran(process.exitValue(), read("out"), new String(read("err"), StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] read(String stream) {
        try {
            return Files.readAllBytes(streams.resolve(stream));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
