package org.condastagehand.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.StagingException;
import org.condastagehand.setup.SlurmReview;

/** Whether {@code --conda-env} works where the site has our plug-in in plugstack.conf. */
final class SpankCheck implements Check {
    static final String NAME = "slurm plug-in";

    private static final String PLUGIN = "conda_stagehand.so";
    private static final String OPTION = "--conda-env";

    private final SlurmReview slurm;
    private final Place place;

    SpankCheck(SlurmReview slurm, Place place) {
        this.slurm = slurm;
        this.place = place;
    }

    @Override
    public List<Finding> findings() throws StagingException {
        Optional<Path> plugin = PlugStack.read(slurm.plugStack()).find(PLUGIN).map(PlugStack.Plugin::file);
        if (plugin.isEmpty()) {
            return List.of(
                    Finding.ok(NAME, "not in `" + slurm.plugStack() + "`: jobs ask with --comment=conda_env=NAME"));
        }
        return List.of(finding(plugin.get()));
    }

    private Finding finding(Path plugin) throws StagingException {
        if (plugin.isAbsolute() && !Files.isReadable(plugin)) {
            return Finding.fail(
                    NAME, "`" + plugin + "` is missing, which `" + slurm.plugStack() + "` names", make(plugin));
        }
        Optional<Boolean> known = slurm.takesOption(OPTION);
        if (known.isEmpty()) {
            return Finding.ok(NAME, "`" + plugin + "` is there; without sbatch on this host it was not tried");
        }
        return known.get()
                ? Finding.ok(NAME, "`" + plugin + "`: sbatch takes " + OPTION)
                : Finding.fail(
                        NAME,
                        "sbatch does not know " + OPTION + ": `" + plugin + "` was not built for Slurm "
                                + slurm.version().orElse("here"),
                        make(plugin));
    }

    private String make(Path plugin) {
        String directory = plugin.isAbsolute() ? " plugindir=" + plugin.getParent() : "";
        return "make -C " + place.tree().resolve("site-config/slurm/spank") + " clean install" + directory;
    }
}
