package org.condastagehand.activate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;
import org.condastagehand.stage.StagedEnv;

/** Writes what a job's shells source to see an environment, into the job's own {@code conda-stage} directory. */
public final class Activator {
    static final String BASH_ENV = "bash-env";

    private Activator() {}

    /** The environment becomes the active one, in place of any that was. */
    public static Activation activate(StagedEnv env, Path directory) throws StagingException {
        if (env.prefix().toString().contains(":")) {
            throw new BadRequest("cannot activate `" + env.prefix() + "`: PATH has no way to write a colon");
        }
        List<String> notes = new ArrayList<>();
        EnvVariables variables = EnvVariables.read(env.prefix(), notes);
        ActivateScripts scripts = ActivateScripts.list(env.prefix(), notes);
        ScriptFile.write(directory.resolve(BASH_ENV), bashEnv(env, directory));
        for (Shell shell : Shell.values()) {
            Map<String, List<String>> statements =
                    Map.of("VARIABLES", variables.exports(shell), "SCRIPTS", scripts.sources(shell));
            Template template = Template.load("activate." + shell.extension()).forActivation(true);
            ScriptFile.write(directory.resolve(shell.file()), template.fill(words(env, directory, shell), statements));
        }
        return new Activation(directory, notes);
    }

    /** {@code conda activate NAME} finds the environment, but what is active stays so. */
    public static Activation expose(StagedEnv env, Path directory) throws StagingException {
        for (Shell shell : Shell.values()) {
            Template template = Template.load("activate." + shell.extension()).forActivation(false);
            ScriptFile.write(directory.resolve(shell.file()), template.fill(words(env, directory, shell), Map.of()));
        }
        return new Activation(directory, List.of());
    }

    /** Sourcing the files tells why there is no environment, and fails. */
    public static Activation refuse(String reason, Path directory) throws StagingException {
        for (Shell shell : Shell.values()) {
            String message = shell.quote("conda-stagehand: error: " + oneLine(reason));
            Template template = Template.load("refuse." + shell.extension());
            ScriptFile.write(directory.resolve(shell.file()), template.fill(Map.of("MESSAGE", message), Map.of()));
        }
        return new Activation(directory, List.of());
    }

    private static String oneLine(String reason) {
        return Report.printable(reason.strip().replaceAll("\\s*\\R\\s*", " "));
    }

    private static Map<String, String> words(StagedEnv env, Path directory, Shell shell) {
        return Map.of(
                "PREFIX", shell.quote(env.prefix().toString()),
                "ENVS", shell.quote(env.envs().map(Path::toString).orElse("")),
                "NAME", shell.quote(env.name()),
                "PROMPT", shell.quote("(" + env.name() + ") "),
                "STATUS", env.onLocalDisk() ? "staged" : "fallback",
                "SOURCE", shell.quote(env.source().toString()),
                "BASH_ENV", shell.quote(directory.resolve(BASH_ENV).toString()));
    }

    private static String bashEnv(StagedEnv env, Path directory) {
        Map<String, String> words = Map.of(
                "PREFIX", Shell.SH.quote(env.prefix().toString()),
                "ACTIVATE", Shell.SH.quote(directory.resolve(Shell.SH.file()).toString()));
        return Template.load("bash-env.sh").fill(words, Map.of());
    }
}
