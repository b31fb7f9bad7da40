package org.condastagehand.pack;

import java.util.Set;
import org.condastagehand.archive.UnpackScript;
import org.condastagehand.host.AutoStageHook;
import org.condastagehand.resolve.BesideBase;

/** What is never of an environment, and so is left out unless the user asks for it. */
final class LeftOut {
    /** Of an archive that this environment was unpacked from; a new archive gets its own. */
    private static final Set<String> OF_AN_ARCHIVE = Set.of(UnpackScript.PATH, "bin/conda_unpack_progress.py");

    private LeftOut() {}

    static boolean holds(String path) {
        return BesideBase.has(path)
                || OF_AN_ARCHIVE.contains(path)
                || path.endsWith("~")
                || path.endsWith("/.DS_Store")
                || path.equals(".DS_Store")
                || AutoStageHook.is(path);
    }
}
