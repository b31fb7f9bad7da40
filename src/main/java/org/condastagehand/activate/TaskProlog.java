package org.condastagehand.activate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.condastagehand.host.Exec;
import org.condastagehand.host.NodeFault;
import org.condastagehand.stage.StagedEnv;

/**
 * The file {@code conda-stage/task-prolog}, which {@code prolog/slurm-task-prolog} reads for each task: assignments for a
 * POSIX shell. A task-prolog can give a task variables and nothing else, so it has to know which ones an activation may
 * change: {@code names}. What they become is found out in the task's own environment, by sourcing the activation there.
 */
public final class TaskProlog {
    private static final String FILE = "task-prolog";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** What activate.sh sets or unsets itself; the first three only where the task is not left as it was. */
    private static final List<String> OURS = List.of(
            ("PATH CONDA_PREFIX CONDA_DEFAULT_ENV CONDA_PROMPT_MODIFIER CONDA_SHLVL CONDA_PREFIX_1 CONDA_PREFIX_2"
                            + " CONDA_PREFIX_3 CONDA_PREFIX_4 CONDA_PREFIX_5 CONDA_PREFIX_6 CONDA_PREFIX_7"
                            + " CONDA_PREFIX_8 CONDA_PREFIX_9 CONDA_ENVS_PATH CONDA_ENVS_DIRS CONDA_AUTO_ACTIVATE_BASE"
                            + " CONDA_AUTO_ACTIVATE CONDA_STAGE_STATUS CONDA_STAGE_SOURCE CONDA_STAGE_PREFIX"
                            + " CONDA_STAGE_BASH_ENV BASH_ENV CONDA_STAGE_ORIGINAL")
                    .split(" "));

    private static final Pattern NAMED = Pattern.compile(
            "(?m)(?:^|[;&|({\\s])(?:export|unset|declare\\s+-x|typeset\\s+-x)\\s+(?<names>[^#;&|\\n]+)");
    private static final Pattern NAME =
            Pattern.compile("(?<![A-Za-z0-9_$\"'/={.-])([A-Za-z_][A-Za-z0-9_]*)(?=[=\\s]|$)");
    private static final int LARGEST = 1 << 18;

    private TaskProlog() {}

    /** Writes the file for an activation that is written already. */
    public static void write(Activation activation, StagedEnv env, Exec exec) throws NodeFault {
        Set<String> names = new TreeSet<>(OURS);
        List<String> ignored = new ArrayList<>();
        names.addAll(EnvVariables.read(env.prefix(), ignored).values().keySet());
        for (Path script : ActivateScripts.list(env.prefix(), ignored).paths()) {
            names.addAll(named(script));
        }
        names.addAll(exported(activation, exec));
        String original = env.original().map(Path::toString).orElse("");
        ScriptFile.write(
                activation.directory().resolve(FILE),
                "prefix=" + Shell.SH.quote(env.prefix().toString()) + "\nCONDA_STAGE_ORIGINAL="
                        + Shell.SH.quote(original) + "\nnames=" + Shell.SH.quote(String.join(" ", names)) + "\n");
    }

    /** Writes the file for a job that only seemed to ask for something. */
    public static void writeNothing(Path directory) throws NodeFault {
        ScriptFile.write(directory.resolve(FILE), "nothing=yes\n");
    }

    /** Names that stand behind {@code export} or {@code unset}, also in a branch that is not taken here. */
    static Set<String> named(Path script) {
        Set<String> names = new TreeSet<>();
        try {
            if (Files.size(script) > LARGEST) {
                return names;
            }
            Matcher statement = NAMED.matcher(Files.readString(script, StandardCharsets.ISO_8859_1));
            while (statement.find()) {
                Matcher name = NAME.matcher(statement.group("names"));
                while (name.find()) {
                    add(name.group(1), names);
                }
            }
        } catch (IOException e) {
            return names; // it says nothing to the job's shells either
        }
        return names;
    }

    /** Names that the activation exports when it is tried in an environment of two variables. */
    private static Set<String> exported(Activation activation, Exec exec) {
        Set<String> names = new TreeSet<>();
        List<String> command = List.of(
                "/usr/bin/env",
                "-i",
                "PATH=/usr/bin:/bin",
                "HOME=" + System.getenv().getOrDefault("HOME", "/"),
                "/bin/sh",
                "-p",
                "-c",
                ". \"$1\" >/dev/null 2>&1; /usr/bin/env -0",
                "sh",
                activation.sh().toString());
        try {
            Exec.Result result = exec.run(command, LIMIT);
            for (String variable : result.out().split("\0", -1)) {
                add(variable.replaceFirst("(?s)=.*", ""), names);
            }
        } catch (NodeFault e) {
            return names; // the names that can be read must do
        }
        return names;
    }

    private static void add(String name, Set<String> names) {
        if (VariableName.mayBeSet(name) && !name.equals("HOME")) {
            names.add(name);
        }
    }
}
