package org.condastagehand.pack;

import java.util.Set;
import org.condastagehand.host.AutoStageHook;

/** What is never of an environment, and so is left out unless the user asks for it. */
final class LeftOut {
    /** What conda keeps in an installation's root beside the environment `base` itself (conda-pack 0.9.2, core.py). */
    private static final Set<String> NOT_OF_THE_ENV =
            Set.of("pkgs", "envs", "conda-bld", ".conda_lock", "conda-recipes", ".index", ".unionfs", ".nonadmin");

    /** Of an archive that this environment was unpacked from; a new archive gets its own. */
    private static final Set<String> OF_AN_ARCHIVE = Set.of("bin/conda-unpack", "bin/conda_unpack_progress.py");

    private LeftOut() {}

    static boolean holds(String path) {
        return NOT_OF_THE_ENV.contains(path)
                || OF_AN_ARCHIVE.contains(path)
                || path.endsWith("~")
                || path.endsWith("/.DS_Store")
                || path.equals(".DS_Store")
                || AutoStageHook.is(path);
    }
}
