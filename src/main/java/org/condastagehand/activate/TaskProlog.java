package org.condastagehand.activate;

import java.nio.file.Path;
import org.condastagehand.host.NodeFault;
import org.condastagehand.stage.StagedEnv;

/**
 * The file {@code conda-stage/task-prolog}, which {@code prolog/slurm-task-prolog} reads for each task: assignments for a
 * POSIX shell. A job without it is failed.
 */
public final class TaskProlog {
    private static final String FILE = "task-prolog";

    private TaskProlog() {}

    /** Writes the file for an activation that is written already. */
    public static void write(Activation activation, StagedEnv env) throws NodeFault {
        String original = env.original().map(Path::toString).orElse("");
        ScriptFile.write(
                activation.directory().resolve(FILE),
                "__prefix=" + Shell.SH.quote(env.prefix().toString()) + "\n__original=" + Shell.SH.quote(original)
                        + "\n");
    }

    /** Writes the file for a job that only seemed to ask for something. */
    public static void writeNothing(Path directory) throws NodeFault {
        ScriptFile.write(directory.resolve(FILE), "__nothing=yes\n");
    }
}
