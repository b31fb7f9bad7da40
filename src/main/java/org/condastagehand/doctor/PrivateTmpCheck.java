package org.condastagehand.doctor;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.condastagehand.host.StagingException;
import org.condastagehand.setup.SlurmReview;

/** Whether what gives each job a {@code /tmp} of its own hides the local root from it. */
final class PrivateTmpCheck implements Check {
    static final String NAME = "private /tmp";

    private static final String AUTO = "auto_tmpdir.so";

    private final SlurmReview slurm;
    private final Place place;

    PrivateTmpCheck(SlurmReview slurm, Place place) {
        this.slurm = slurm;
        this.place = place;
    }

    @Override
    public List<Finding> findings() throws StagingException {
        Path root = place.site().localRoot();
        Optional<PlugStack.Plugin> auto = PlugStack.read(slurm.plugStack()).find(AUTO);
        Optional<String> base = slurm.containerBase().filter(directory -> root.startsWith(directory));
        if (base.isPresent()) {
            return List.of(Finding.fail(
                    NAME,
                    "`" + root + "` is below `" + base.get()
                            + "`, which is BasePath of job_container.conf and hidden from jobs",
                    moved()));
        }
        Optional<String> hidden = auto.flatMap(plugin -> directories(plugin)
                .filter(directory -> root.startsWith(directory))
                .findFirst());
        if (hidden.isPresent()) {
            return List.of(Finding.fail(
                    NAME,
                    "`" + root + "` is below `" + hidden.get() + "`, of which auto_tmpdir gives each job its own",
                    moved()));
        }
        if (auto.isPresent() && !place.site().slurm().setTmpdir()) {
            return List.of(Finding.ok(NAME, "of auto_tmpdir, whose TMPDIR stays (slurm.set_tmpdir = false)"));
        }
        if (auto.isPresent()) {
            return List.of(Finding.warn(
                    NAME,
                    "auto_tmpdir gives jobs a TMPDIR, and staged ones get another, on `" + root + "`",
                    place.set("slurm", "set_tmpdir", "false") + " && " + slurm.setup()));
        }
        return List.of(Finding.ok(
                NAME,
                slurm.containerType()
                        .map(type -> type + " leaves `" + root + "` as it is")
                        .orElse("none of Slurm's")));
    }

    private String moved() {
        return slurm.setup() + " --local-root /var/lib/conda-stagehand";
    }

    /** {@code mount=DIR} of each, and what it hides where none is named. */
    private static Stream<String> directories(PlugStack.Plugin plugin) {
        List<String> named = plugin.arguments().stream()
                .filter(argument -> argument.startsWith("mount="))
                .map(argument -> argument.substring("mount=".length()).replaceFirst("(?<=.)/+$", ""))
                .toList();
        return Stream.concat(Stream.of("/tmp", "/var/tmp", "/dev/shm"), named.stream());
    }
}
