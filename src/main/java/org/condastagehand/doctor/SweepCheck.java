package org.condastagehand.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.condastagehand.host.Exec;
import org.condastagehand.host.NodeFault;

/** Whether something sweeps this node that needs no job for it. */
final class SweepCheck implements Check {
    /** Of other users' tables none: what they run is not root's sweep. */
    private static final List<String> ROOTS_CRON =
            List.of("etc/crontab", "etc/cron.d", "var/spool/cron/root", "var/spool/cron/crontabs/root");

    static final String NAME = "sweep";

    private static final String UNIT = "conda-stagehand-sweep";

    private final Probe probe;
    private final Place place;
    private final Path machine;

    /** @param machine the directory that stands for {@code /} */
    SweepCheck(Probe probe, Place place, Path machine) {
        this.probe = probe;
        this.place = place;
        this.machine = machine;
    }

    @Override
    public List<Finding> findings() throws NodeFault {
        if (inCron()) {
            return List.of(Finding.ok(NAME, "by cron"));
        }
        return List.of(Files.isDirectory(machine.resolve("run/systemd/system")) ? timer() : noTimer());
    }

    private Finding timer() throws NodeFault {
        Map<String, String> timer = shown(UNIT + ".timer", "ActiveState,LastTriggerUSec");
        if (!"active".equals(timer.get("ActiveState"))) {
            String units = place.tree().resolve("site-config/systemd") + "/" + UNIT;
            return Finding.warn(
                    NAME,
                    "`" + UNIT + ".timer` is " + timer.getOrDefault("ActiveState", "unknown")
                            + ": what a crash leaves stays until a job comes",
                    "cp " + units + ".* /etc/systemd/system/ && systemctl daemon-reload && systemctl enable --now "
                            + UNIT + ".timer");
        }
        String result = shown(UNIT + ".service", "Result").getOrDefault("Result", "success");
        if (!result.equals("success")) {
            return Finding.warn(NAME, "the last one ended with " + result, "journalctl -u " + UNIT);
        }
        String last = timer.getOrDefault("LastTriggerUSec", "");
        return Finding.ok(NAME, "by `" + UNIT + ".timer`" + (last.isEmpty() ? ", not yet" : ", last " + last));
    }

    private Finding noTimer() {
        return Finding.warn(
                NAME,
                "no systemd here and no line for cron: what a crash leaves stays until a job comes",
                "echo '*/5 * * * * root " + place.program() + " sweep >/dev/null' >/etc/cron.d/conda-stagehand");
    }

    private boolean inCron() throws NodeFault {
        List<String> look = new ArrayList<>(List.of("/bin/grep", "-rqsE", "^[^#].*/conda-stagehand +sweep"));
        ROOTS_CRON.forEach(place -> look.add(machine.resolve(place).toString()));
        return probe.ask("cron's directory", look).status() == 0;
    }

    private Map<String, String> shown(String unit, String properties) throws NodeFault {
        Exec.Result result = probe.ask("systemd", List.of("/bin/systemctl", "show", "-p", properties, unit));
        Map<String, String> values = new HashMap<>();
        result.out()
                .lines()
                .map(line -> line.split("=", 2))
                .filter(line -> line.length == 2)
                .forEach(line -> values.put(line[0], line[1]));
        return values;
    }
}
