package org.condastagehand.setup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.Exec;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;

/** Slurm's {@code scontrol}, where there is one: set-up works without a running Slurm too. */
final class Scontrol {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> USUAL =
            List.of("/usr/bin", "/usr/local/bin", "/opt/slurm/bin", "/usr/local/slurm/bin");

    private final Host host;

    Scontrol(Host host) {
        this.host = host;
    }

    /**
     * What the running slurmctld is configured with; absent when none answers.
     *
     * @param conf the slurm.conf that says where it is; else the one of the caller's environment, or the usual one
     */
    Optional<SlurmValues> config(Optional<Path> conf) throws StagingException {
        Optional<Path> program = program("scontrol");
        if (program.isEmpty()) {
            return Optional.empty();
        }
        Exec.Result result = run(program.get(), conf, "show", "config");
        if (result.status() == 0 && result.out().contains("SLURM_VERSION")) {
            return Optional.of(SlurmValues.shown(result.out()));
        }
        String said = result.err() + result.out();
        if (said.contains("fatal:") && conf.isPresent()) { // seen with 22.05: it cannot read the file
            throw new BadSite("Slurm cannot read `" + conf.get() + "`: " + first(said));
        }
        return Optional.empty();
    }

    /**
     * What {@code scontrol show config} prints; absent where Slurm is not in use on this host.
     *
     * @throws NodeFault it is, and slurmctld does not answer
     */
    Optional<String> shown() throws NodeFault {
        Optional<Path> program = program("scontrol");
        if (program.isEmpty()) {
            return Optional.empty();
        }
        Exec.Result result = run(program.get(), Optional.empty(), "show", "config");
        if (result.status() == 0 && result.out().contains("SLURM_VERSION")) {
            return Optional.of(result.out());
        }
        String said = result.err() + result.out();
        if (said.contains("onfiguration source")) { // seen with 22.05: only Slurm's programs are here
            return Optional.empty();
        }
        throw new NodeFault("scontrol show config: " + first(said), "scontrol ping");
    }

    /** Whether a program of Slurm's says that in its help; absent where it is not on this host. */
    Optional<Boolean> helpOf(String name, String option) throws NodeFault {
        Optional<Path> program = program(name);
        return program.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        run(program.get(), Optional.empty(), "--help").out().contains(option));
    }

    /** Has every daemon of that slurm.conf read it again. */
    void reconfigure(Path conf) throws StagingException {
        Path program = program("scontrol").orElseThrow(() -> new BadSite("no `scontrol` in PATH"));
        Exec.Result result = run(program, Optional.of(conf), "reconfigure");
        if (result.status() != 0) {
            throw new BadSite("scontrol reconfigure: " + first(result.err() + result.out()));
        }
    }

    private Optional<Path> program(String name) {
        Stream<String> inPath = Stream.of(
                        host.environment().getOrDefault("PATH", "").split(":"))
                .filter(directory -> directory.startsWith("/"));
        return Stream.concat(inPath, USUAL.stream())
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private Exec.Result run(Path program, Optional<Path> conf, String... arguments) throws NodeFault {
        List<String> line = new ArrayList<>(List.of("/usr/bin/env"));
        conf.map(Path::toString)
                .or(() -> host.variable("SLURM_CONF"))
                .ifPresent(path -> line.add("SLURM_CONF=" + path));
        // our start script puts it aside; some sites' Slurm needs it
        host.variable("LD_LIBRARY_PATH").ifPresent(value -> line.add("LD_LIBRARY_PATH=" + value));
        line.add(program.toString());
        line.addAll(List.of(arguments));
        return host.exec().run(line, LIMIT);
    }

    private static String first(String said) {
        return said.lines()
                .map(line -> line.strip().replaceFirst("^scontrol: (error|fatal): ", ""))
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("it says nothing");
    }
}
