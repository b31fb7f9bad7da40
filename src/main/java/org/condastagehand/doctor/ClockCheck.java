package org.condastagehand.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.NodeFault;
import org.condastagehand.setup.HooksConf;
import org.condastagehand.setup.SlurmReview;

/** This node's clock against slurmctld's, and against the times of files that others may have written. */
final class ClockCheck implements Check {
    static final String NAME = "clock";

    private static final Duration CLOSE = Duration.ofSeconds(10);

    /** munge takes a message no longer than that. */
    private static final Duration FAR = Duration.ofMinutes(5);

    private static final String MEND = "chronyc makestep";

    private final Clock clock;
    private final Optional<SlurmReview> slurm;
    private final Place place;

    ClockCheck(Clock clock, Optional<SlurmReview> slurm, Place place) {
        this.clock = clock;
        this.slurm = slurm;
        this.place = place;
    }

    @Override
    public List<Finding> findings() throws NodeFault {
        List<Finding> findings = new ArrayList<>();
        slurm.flatMap(SlurmReview::clocksApart).ifPresent(apart -> findings.add(against(apart)));
        findings.add(files());
        return findings;
    }

    static Finding against(Duration apart) {
        if (apart.compareTo(CLOSE) <= 0) {
            return Finding.ok(NAME, "within " + CLOSE.toSeconds() + " s of slurmctld's");
        }
        String text = apart.toSeconds() + " s apart from slurmctld's";
        return apart.compareTo(FAR) < 0 ? Finding.warn(NAME, text, MEND) : Finding.fail(NAME, text, MEND);
    }

    private Finding files() throws NodeFault {
        for (Path file : List.of(HooksConf.in(place.tree()), place.siteFile())) {
            try {
                if (Files.exists(file)
                        && Files.getLastModifiedTime(file)
                                .toInstant()
                                .isAfter(clock.instant().plus(CLOSE))) {
                    return Finding.warn(
                            NAME,
                            "behind: `" + file + "` was written in the future, " + Files.getLastModifiedTime(file),
                            MEND);
                }
            } catch (IOException e) {
                throw new NodeFault("cannot look at `" + file + "`", e);
            }
        }
        return Finding.ok(NAME, "not behind the times of hooks.conf and site.toml");
    }
}
