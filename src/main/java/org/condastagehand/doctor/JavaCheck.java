package org.condastagehand.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.condastagehand.host.Exec;
import org.condastagehand.host.NodeFault;

/** Whether the hooks' Java starts, and as quickly as it can. */
final class JavaCheck implements Check {
    static final String NAME = "java";
    static final String ARCHIVE = "start-up archive";

    /** What this process has mapped; it was started as the hooks' are. */
    static final Path MAPPED = Path.of("/proc/self/maps");

    private static final String FILE = "lib/runtime/lib/server/conda-stagehand.jsa";

    private final Probe probe;
    private final Place place;
    private final Path mapped;

    JavaCheck(Probe probe, Place place, Path mapped) {
        this.probe = probe;
        this.place = place;
        this.mapped = mapped;
    }

    @Override
    public List<Finding> findings() throws NodeFault {
        List<Finding> findings = new ArrayList<>();
        findings.add(start());
        findings.add(archive());
        return findings;
    }

    private Finding start() throws NodeFault {
        long began = System.nanoTime();
        Exec.Result result = probe.ask(
                "`" + place.program() + "`",
                List.of(
                        "/usr/bin/env",
                        "-i",
                        "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                        "/bin/sh",
                        "-c",
                        "exec \"$0\" --version 2>&1",
                        place.program().toString()));
        long millis = (System.nanoTime() - began) / 1_000_000;
        if (result.status() != 0) {
            String said = result.out().lines().findFirst().orElse("status " + result.status());
            return Finding.fail(NAME, "`" + place.program() + "` does not start: " + said, place.install());
        }
        return Finding.ok(NAME, "`" + place.program() + "` starts, in " + millis + " ms with its shell");
    }

    private Finding archive() throws NodeFault {
        Path file = place.tree().resolve(FILE);
        try {
            if (Files.readString(mapped).contains("/conda-stagehand.jsa\n")) {
                return Finding.ok(ARCHIVE, "in use: Java starts with its classes loaded");
            }
        } catch (IOException e) {
            throw new NodeFault("cannot read `" + mapped + "`", e);
        }
        String why = Files.isReadable(file) ? "is not that of this Java and these jars" : "is missing";
        return Finding.warn(
                ARCHIVE, "`" + file + "` " + why + ": each start takes about twice as long", place.install());
    }
}
