package org.condastagehand.activate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What was written for a job's shells.
 *
 * @param directory the job's {@code conda-stage} directory, which holds the files
 * @param notes lines that the user should see, such as a variable of the environment that was left out
 */
public record Activation(Path directory, List<String> notes) {
    private static final Path BASH = Path.of("/bin/bash");
    // -p keeps our shell from the user's BASH_ENV and functions, --norc from ~/.bashrc, which bash reads below rshd;
    // `set +p` because an exported SHELLOPTS would make every bash below privileged. The function keeps `set --` of an
    // activate.d script from the command's arguments.
    private static final String SOURCE =
            "activate() { . \"$1\"; }; activate \"$1\" || exit; shift; set +p; exec \"$@\"";

    public Activation {
        notes = List.copyOf(notes);
    }

    /** To be sourced from bash, dash, zsh or ksh. */
    public Path sh() {
        return directory.resolve(Shell.SH.file());
    }

    public Path csh() {
        return directory.resolve(Shell.CSH.file());
    }

    public Path fish() {
        return directory.resolve(Shell.FISH.file());
    }

    /** What BASH_ENV names in the job; not there after a refusal and where the environment is only staged. */
    public Path bashEnv() {
        return directory.resolve(Activator.BASH_ENV);
    }

    /**
     * The command that starts another with the environment active, in the same process: arguments, exit status and
     * signals are the other command's own, 126 and 127 a shell's.
     */
    public List<String> starter(List<String> command) {
        if (command.isEmpty() || command.get(0).startsWith("-")) {
            throw new IllegalArgumentException("not a command: " + command);
        }
        boolean bash = Files.isExecutable(BASH); // without it no BASH_FUNC_* needs to survive, which dash drops
        Stream<String> shell = bash
                ? Stream.of(BASH.toString(), "--norc", "-p", "-c", SOURCE)
                : Stream.of("/bin/sh", "-p", "-c", SOURCE);
        return Stream.of(shell, Stream.of("conda-stagehand", sh().toString()), command.stream())
                .flatMap(words -> words)
                .toList();
    }
}
