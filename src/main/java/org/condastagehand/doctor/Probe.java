package org.condastagehand.doctor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.condastagehand.host.Exec;
import org.condastagehand.host.NodeFault;

/** Asks by a process of its own, as root's hooks do: a thread that waits for a dead disk would keep this program for ever. */
final class Probe {
    private static final int SECONDS = 10;

    /** {@code libexec/limited} leaves alone after that what not even SIGKILL ends. */
    private static final int SECONDS_TO_KILL = 10;

    /** What hangs holds the inner pipe alone, so that nobody waits for it. What a program complains of is not kept. */
    private static final String INNER =
            "said=$(\"$@\" 2>/dev/null); status=$?; printf '%s\\n' \"${said}\"; exit ${status}";

    private static final int LATE = 124;
    private static final int STUCK = 125;

    private final Exec exec;
    private final Path tree;

    /** What is not asked again, for each answer would take its ten seconds. */
    private final Set<String> silent = new HashSet<>();

    Probe(Exec exec, Path tree) {
        this.exec = exec;
        this.tree = tree;
    }

    /**
     * Runs a program with the limit.
     *
     * @param subject what does not answer if the program does not end
     */
    Exec.Result ask(String subject, List<String> command) throws NodeFault {
        if (silent.contains(subject)) {
            throw silence(subject);
        }
        List<String> line =
                new ArrayList<>(List.of(tree.resolve("libexec/limited").toString(), Integer.toString(SECONDS)));
        line.addAll(List.of("/bin/sh", "-p", "-c", INNER, "probe"));
        line.addAll(command);
        Exec.Result result = exec.run(line, Duration.ofSeconds(SECONDS + SECONDS_TO_KILL));
        if (result.status() == LATE || result.status() == STUCK) {
            silent.add(subject);
            throw silence(subject);
        }
        return result;
    }

    private static NodeFault silence(String subject) {
        return new NodeFault(subject + " does not answer within " + SECONDS + " s");
    }
}
