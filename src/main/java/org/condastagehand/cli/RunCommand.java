package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Host;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;
import org.condastagehand.request.Request;
import org.condastagehand.scheduler.Local;
import org.condastagehand.scheduler.Reading;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The embedded scheduler: stages what a script asks for, runs it as a job would run, and strikes. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        header = "Run a job script here, as a scheduler would, from a staged environment.",
        description = {
            "The script's own line `#$ -l conda_env=NAME` or `#SBATCH --conda-env=NAME` says from which; the copy on local disk is gone afterwards.",
            "The exit status is the script's own, or 125 when the script could not be begun."
        },
        footer = {"  conda-stagehand run job.sh", "  conda-stagehand run --env myenv job.sh input.csv"})
final class RunCommand implements Callable<Integer> {
    private final Host host;

    @ParentCommand
    private @Nullable Main main;

    @Option(names = "--env", paramLabel = "ENV", description = "Stage this environment, whatever the script says.")
    private @Nullable String env;

    @Parameters(index = "0", paramLabel = "SCRIPT", description = "The job script.")
    @SuppressWarnings("NullAway.Init") // required, so picocli always sets it
    private String script;

    @Parameters(index = "1..*", paramLabel = "ARG", description = "The script's own arguments.")
    private List<String> arguments = List.of();

    RunCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws StagingException {
        Report report = Main.report(main, host);
        Path file = host.directory().resolve(script);
        if (!Files.exists(file)) {
            report.error("no job script `" + script + "`");
            return ExitCode.NOT_FOUND;
        }
        if (Files.isDirectory(file) || !Files.isReadable(file)) {
            report.error("cannot read the job script `" + script + "`");
            return ExitCode.NOT_RUNNABLE;
        }
        Site site = Site.load();
        Reading reading = new Local(host, site.config()).read(Optional.ofNullable(env), Optional.of(Path.of(script)));
        reading.notes().forEach(report::warn);
        List<String> command = command(file);
        if (reading.request() instanceof Request.Wanted wanted) {
            return new LocalJob(host, site, report).run(wanted.job(), command);
        }
        Map<String, String> variables =
                reading.request() instanceof Request.TurnedOff ? Map.of("CONDA_STAGE_STATUS", "off") : Map.of();
        return runUntouched(command, variables, report);
    }

    private List<String> command(Path file) throws BadRequest {
        try {
            return Script.command(file, arguments);
        } catch (IOException e) {
            throw new BadRequest("cannot read the job script `" + script + "`", e);
        }
    }

    /** No environment is wanted: nothing is made on disk, but a signal still goes on to the script. */
    private int runUntouched(List<String> command, Map<String, String> variables, Report report)
            throws StagingException {
        RunningScript running = new RunningScript();
        try (Cleanup cleanup = new Cleanup(report, running::end)) {
            return running.run(cleanup, command, variables, host);
        }
    }
}
