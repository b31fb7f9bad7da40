package org.condastagehand.activate;

import java.util.Set;
import java.util.regex.Pattern;

/** Which variables an environment may set: names of every shell, none that our own activation or a shell lives by. */
final class VariableName {
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");
    private static final Pattern OURS =
            Pattern.compile("__conda_stage.*|CONDA_(STAGE.*|PREFIX(_[0-9]+)?|SHLVL|DEFAULT_ENV"
                    + "|PROMPT_MODIFIER|ENVS_PATH|ENVS_DIRS|AUTO_ACTIVATE(_BASE)?)");
    // Read-only somewhere (an assignment ends dash or csh), or more than a variable: zsh ties `path` to PATH, and UID
    // to setuid(2); bash and sh start other files by ENV and BASH_ENV.
    private static final Set<String> OF_SHELLS = Set.of(
            ("PATH path cdpath fpath manpath mailpath module_path fignore psvar watch argv status pipestatus signals"
                            + " options commands functions aliases parameters history histchars HISTCHARS prompt"
                            + " IFS ENV BASH_ENV BASH_VERSINFO BASHOPTS SHELLOPTS POSIXLY_CORRECT _ PWD OLDPWD SHLVL"
                            + " PPID UID EUID GID EGID USERNAME ERRNO LINENO RANDOM SECONDS OPTIND version umask"
                            + " hostname fish_pid FISH_VERSION")
                    .split(" "));

    private VariableName() {}

    static boolean mayBeSet(String name) {
        return IDENTIFIER.matcher(name).matches() && !OURS.matcher(name).matches() && !OF_SHELLS.contains(name);
    }
}
