package org.condastagehand.host;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * The world outside, handed to {@code Main}: nothing else asks the JVM for its environment, its clock or its streams.
 *
 * @param environment the caller's variables, as they were before our own start script changed any
 * @param directory the caller's working directory, absolute
 * @param user the ids that the process runs with
 */
public record Host(
        Map<String, String> environment,
        Path directory,
        User user,
        Clock clock,
        Exec exec,
        PrintStream out,
        PrintStream err) {
    public Host {
        environment = Map.copyOf(environment);
    }

    /** A variable's value, absent when it is not set or empty. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** The user's home directory as the environment names it. */
    public Optional<Path> home() {
        return variable("HOME").filter(home -> home.startsWith("/")).map(Path::of);
    }
}
