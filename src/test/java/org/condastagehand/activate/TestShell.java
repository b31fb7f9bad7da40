package org.condastagehand.activate;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The shells that a job may be written for, as they are installed here. */
enum TestShell {
    BASH(Shell.SH, "bash --norc --noprofile"),
    DASH(Shell.SH, "dash"),
    ZSH(Shell.SH, "zsh -f"),
    KSH(Shell.SH, "ksh93"),
    MKSH(Shell.SH, "mksh"),
    TCSH(Shell.CSH, "tcsh -f"),
    FISH(Shell.FISH, "fish --no-config");

    final Shell family;
    private final String command;

    TestShell(Shell family, String command) {
        this.family = family;
        this.command = command;
    }

    Optional<Path> installed() {
        return Stream.of("/bin", "/usr/bin", "/usr/local/bin")
                .map(directory -> Path.of(directory, words().get(0)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    Path executable() {
        assumeTrue(installed().isPresent(), words().get(0) + " is not installed here");
        return installed().orElseThrow();
    }

    /** Runs a script of this shell's own language with only these variables set. */
    Ran run(Map<String, String> environment, String script, String... options) {
        List<String> line = new ArrayList<>(List.of(executable().toString()));
        line.addAll(words().subList(1, words().size()));
        line.addAll(List.of(options));
        line.addAll(List.of("-c", script));
        return Ran.of(environment, line);
    }

    /** Sources the activation, then prints the environment through a program. */
    Ran activate(Map<String, String> environment, Activation activation, String... options) {
        return run(environment, source(activation) + "\n/usr/bin/env -0", options);
    }

    String source(Activation activation) {
        Path file = activation.directory().resolve(family.file());
        return (family == Shell.SH ? ". " : "source ") + family.quote(file.toString());
    }

    private List<String> words() {
        return List.of(command.split(" ", -1));
    }

    static Path write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
