package org.condastagehand.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.StagingException;
import org.condastagehand.setup.GridEngineReview;

/** Whether the Grid Engine that runs is as set-up leaves it. */
final class GridEngineCheck implements Check {
    private final GridEngineReview engine;
    private final Place place;

    GridEngineCheck(GridEngineReview engine, Place place) {
        this.engine = engine;
        this.place = place;
    }

    @Override
    public List<Finding> findings() throws StagingException {
        List<GridEngineReview.Queue> queues = engine.queues();
        List<Finding> findings = new ArrayList<>();
        findings.add(complex(queues));
        findings.add(offer());
        boolean any = queues.stream().anyMatch(GridEngineReview.Queue::ours);
        if (!any) {
            findings.add(Finding.fail("sge queues", "no queue has a hook of `" + place.tree() + "`", setup(queues)));
        }
        for (GridEngineReview.Queue queue : any ? queues : List.<GridEngineReview.Queue>of()) {
            findings.add(queue(queue));
        }
        findings.add(jsv());
        return findings;
    }

    private Finding complex(List<GridEngineReview.Queue> queues) {
        try {
            engine.refuseForeign();
        } catch (StagingException e) {
            return Examination.failure("sge complex", e);
        }
        return engine.hasComplex()
                ? Finding.ok("sge complex", "`conda_env` can be requested")
                : Finding.fail(
                        "sge complex", "there is no complex `conda_env`: qsub refuses `-l conda_env`", setup(queues));
    }

    static String setup(List<GridEngineReview.Queue> queues) {
        return queues.stream()
                .filter(GridEngineReview.Queue::ours)
                .findFirst()
                .or(() -> queues.stream().findFirst())
                .map(GridEngineReview.Queue::setup)
                .orElse("qconf -aq");
    }

    private Finding offer() {
        String name = "sge host global";
        return switch (engine.offer()) {
            case OURS -> Finding.ok(name, "offers `conda_env` for every host");
            case PLAIN ->
                Finding.warn(
                        name,
                        "offers `conda_env=none`: a job that requests just that waits for ever",
                        engine.mendOfOffer());
            case MISSING ->
                Finding.fail(
                        name, "offers no `conda_env`: a job that requests one waits for ever", engine.mendOfOffer());
        };
    }

    private static Finding queue(GridEngineReview.Queue queue) {
        String name = "sge queue " + queue.name();
        if (!queue.ours()) {
            return Finding.warn(
                    name, "has no hook of ours: jobs that request an environment run there without it", queue.setup());
        }
        if (!queue.faults().isEmpty()) {
            return Finding.fail(name, String.join("; ", queue.faults()), queue.setup());
        }
        return Finding.ok(name, queue.hooks() + (queue.isInteractive() ? "; it takes qrsh and qlogin" : ""));
    }

    private Finding jsv() throws StagingException {
        String name = "sge jsv";
        String ours = place.tree().resolve("site-config/sge/jsv").toString();
        Optional<String> url = engine.jsv();
        if (url.filter(is -> is.endsWith(ours)).isEmpty()) {
            String other = url.map(is -> "`" + is + "`, not ours").orElse("no jsv_url");
            return Finding.ok(name, other + ": requests are read on the node");
        }
        return Files.isExecutable(Path.of(ours))
                ? Finding.ok(name, "`" + url.get() + "` hands requests to the job")
                : Finding.fail(name, "`" + ours + "` is missing: qsub refuses every job", place.install());
    }
}
