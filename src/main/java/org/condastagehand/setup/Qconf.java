package org.condastagehand.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.Exec;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;

/** Grid Engine's {@code qconf}, and its {@code qstat} for the jobs. */
final class Qconf {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Host host;
    private final GridEngineHome home;
    private final Path program;

    Qconf(Host host, GridEngineHome home) throws BadSite {
        this.host = host;
        this.home = home;
        this.program = home.program("qconf", host);
    }

    List<String> queues() throws StagingException {
        return show("-sql").lines().toList();
    }

    /** @throws BadRequest there is no such queue */
    Attributes queue(String name) throws StagingException {
        if (!queues().contains(name)) {
            throw new BadRequest("Grid Engine has no queue `" + name + "`", "qconf -sql");
        }
        return Attributes.parse(show("-sq", name));
    }

    /** Changes attributes of a queue, all or none; what is said for single hosts stays. */
    void changeQueue(String queue, Map<String, String> values) throws StagingException {
        String lines = values.entrySet().stream()
                .map(value -> value.getKey() + " " + value.getValue() + "\n")
                .collect(Collectors.joining());
        withFile(lines, file -> change("-Mattr", "queue", file.toString(), queue));
        Attributes now = queue(queue);
        for (Map.Entry<String, String> value : values.entrySet()) {
            String is = now.value(value.getKey()).orElse("");
            if (!QueueValue.parse(is).common().equals(value.getValue())) {
                throw new BadSite("qconf said nothing, but `" + value.getKey() + "` of queue `" + queue + "` is `" + is
                        + "`, not `" + value.getValue() + "`");
            }
        }
    }

    /** All complexes, in the form that {@link #complexes(String)} takes. */
    String complexes() throws StagingException {
        return show("-sc");
    }

    void complexes(String all) throws StagingException {
        withFile(all, file -> change("-Mc", file.toString()));
    }

    Attributes globalHost() throws StagingException {
        return Attributes.parse(show("-se", "global"));
    }

    void addToGlobalHost(String complexValue) throws StagingException {
        change("-mattr", "exechost", "complex_values", complexValue, "global");
    }

    void removeFromGlobalHost(String complexValue) throws StagingException {
        change("-dattr", "exechost", "complex_values", complexValue, "global");
    }

    Attributes clusterConfiguration() throws StagingException {
        return Attributes.parse(show("-sconf"));
    }

    /** Hosts with a configuration of their own; none is an error for {@code qconf}. */
    List<String> configuredHosts() throws StagingException {
        Exec.Result result = run(program, "-sconfl");
        if (result.status() == 0) {
            return result.out().lines().toList();
        }
        if ((result.out() + result.err()).contains("no config defined")) {
            return List.of();
        }
        throw failure(List.of("-sconfl"), result);
    }

    Attributes hostConfiguration(String name) throws StagingException {
        return Attributes.parse(show("-sconf", name));
    }

    /** All jobs with what they request. */
    Jobs jobs() throws StagingException {
        Path qstat = home.program("qstat", host);
        List<Jobs> jobs = new ArrayList<>(1);
        withFile("", file -> {
            // Of 10,000 jobs this is 12 MB, more than Exec keeps; nothing of it depends on data.
            Path sh = Path.of("/bin/sh");
            Exec.Result result = run(sh, "-c", "exec \"$0\" -u '*' -r -xml >\"$1\"", qstat.toString(), file.toString());
            if (result.status() != 0) {
                throw failure(List.of("-u", "*", "-r", "-xml"), result);
            }
            jobs.add(Jobs.read(file));
        });
        return jobs.get(0);
    }

    private String show(String... arguments) throws StagingException {
        Exec.Result result = run(program, arguments);
        if (result.status() != 0) {
            throw failure(List.of(arguments), result);
        }
        // cut there, and half a list of complexes would delete the other half
        if (result.out().getBytes(StandardCharsets.UTF_8).length >= Exec.MOST_BYTES) {
            throw new BadSite("qconf " + arguments[0] + " prints more than " + Exec.MOST_BYTES + " bytes");
        }
        return result.out();
    }

    private void change(String... arguments) throws StagingException {
        show(arguments);
    }

    private Exec.Result run(Path command, String... arguments) throws NodeFault {
        Stream<String> variables = Stream.concat(
                Stream.of("SGE_ROOT=" + home.root(), "SGE_CELL=" + home.cell(), "SGE_SINGLE_LINE=1"),
                // our start script puts it aside; some sites' qconf needs it
                host.variable("LD_LIBRARY_PATH").stream().map(value -> "LD_LIBRARY_PATH=" + value));
        List<String> line = Stream.of(
                        Stream.of("/usr/bin/env"), variables, Stream.of(command.toString()), Stream.of(arguments))
                .flatMap(words -> words)
                .toList();
        return host.exec().run(line, LIMIT);
    }

    private static StagingException failure(List<String> arguments, Exec.Result result) {
        String said = (result.err() + result.out())
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("status " + result.status());
        String message = "qconf " + arguments.get(0) + ": " + said;
        if (said.contains("must be manager") || said.contains("must be operator")) {
            return new BadSite(message, "run it as one of `qconf -sm`, or let one of them type: qconf -am $USER");
        }
        if (said.contains("admin host")) {
            return new BadSite(message, "run it on one of `qconf -sh`, for example on the qmaster's host");
        }
        if (said.contains("cell directory") || said.contains("SGE_ROOT directory")) {
            return new BadSite(message, "set SGE_ROOT and SGE_CELL: . SGE_ROOT/default/common/settings.sh");
        }
        return said.contains("qmaster") || said.contains("commlib")
                ? new NodeFault(
                        message, "qping $(cat $SGE_ROOT/$SGE_CELL/common/act_qmaster) $SGE_QMASTER_PORT qmaster 1")
                : new BadSite(message);
    }

    @FunctionalInterface
    private interface FileUser {
        void use(Path file) throws StagingException;
    }

    private void withFile(String text, FileUser user) throws StagingException {
        Path parent = Path.of(
                host.variable("TMPDIR").filter(path -> path.startsWith("/")).orElse("/tmp"));
        try {
            Path directory = Files.createTempDirectory(parent, "conda-stagehand-setup."); // 0700
            try {
                user.use(Files.writeString(directory.resolve("file"), text));
            } finally {
                FileTree.delete(directory);
            }
        } catch (IOException e) {
            throw new NodeFault("cannot write a file for qconf below `" + parent + "`", e);
        }
    }
}
