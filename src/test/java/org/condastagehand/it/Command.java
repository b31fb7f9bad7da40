package org.condastagehand.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A program with exactly the environment that is given here, and with files as its streams, which never fill up. */
final class Command {
    /** Who starts the tests in the background, or with nohup, has them ignore signals, which every child would inherit. */
    private static final List<String> SIGNALS_AS_USUAL = List.of("/usr/bin/env", "--default-signal=HUP,INT,QUIT,TERM");

    private final Path outputs;
    private final List<String> words;
    private final Map<String, String> environment = new TreeMap<>();
    private Path directory;
    private String input = "";

    Command(Path outputs, Path directory, List<String> words) {
        this.outputs = outputs;
        this.directory = directory;
        this.words = List.copyOf(words);
    }

    Command with(String name, Object value) {
        environment.put(name, value.toString());
        return this;
    }

    Command without(String name) {
        environment.remove(name);
        return this;
    }

    Command in(Path where) {
        directory = where;
        return this;
    }

    Command input(String text) {
        input = text;
        return this;
    }

    /** The same, started by another program that ends by executing it. */
    Command under(List<String> wrapper) {
        List<String> all = new ArrayList<>(wrapper);
        all.addAll(words);
        Command wrapped = new Command(outputs, directory, all).input(input);
        wrapped.environment.putAll(environment);
        return wrapped;
    }

    Running start() {
        try {
            Path streams = Files.createTempDirectory(outputs, "streams-");
            Path stdin = Files.writeString(streams.resolve("in"), input);
            List<String> all = new ArrayList<>(SIGNALS_AS_USUAL);
            all.addAll(words);
            ProcessBuilder builder = new ProcessBuilder(all)
                    .directory(directory.toFile())
                    .redirectInput(stdin.toFile())
                    .redirectOutput(streams.resolve("out").toFile())
                    .redirectError(streams.resolve("err").toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            return new Running(builder.start(), streams);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    Ran run() {
        return start().await(Duration.ofMinutes(3));
    }
}
