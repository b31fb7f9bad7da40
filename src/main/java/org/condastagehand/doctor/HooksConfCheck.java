package org.condastagehand.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.condastagehand.host.NodeFault;
import org.condastagehand.setup.HooksConf;

/** Whether the hooks' shell goes by what site.toml says now. */
final class HooksConfCheck implements Check {
    static final String NAME = "hooks.conf";

    private final Place place;
    private final String setup;

    /** @param setup what writes the file again */
    HooksConfCheck(Place place, String setup) {
        this.place = place;
        this.setup = setup;
    }

    @Override
    public List<Finding> findings() throws NodeFault {
        Path file = HooksConf.in(place.tree());
        if (!Files.exists(file)) {
            return List.of(Finding.fail(NAME, "`" + file + "` is missing: no hook knows where to stage", setup));
        }
        HooksConf is = HooksConf.read(place.tree());
        List<String> differences = is.with(place.everywhere(), place.tree()).differencesFrom(is);
        if (!differences.isEmpty()) {
            String all = String.join(", ", differences);
            return List.of(
                    Finding.fail(NAME, "`" + file + "` is not as `" + place.siteFile() + "` wants it: " + all, setup));
        }
        if (isOlder(file)) {
            return List.of(Finding.warn(
                    NAME,
                    "`" + file + "` is older than `" + place.siteFile() + "`, though it says the same",
                    "touch " + file));
        }
        return List.of(Finding.ok(NAME, "`" + file + "` says what `" + place.siteFile() + "` says"));
    }

    private boolean isOlder(Path file) throws NodeFault {
        try {
            return Files.exists(place.siteFile())
                    && Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(place.siteFile())) < 0;
        } catch (IOException e) {
            throw new NodeFault("cannot look at `" + file + "`", e);
        }
    }
}
