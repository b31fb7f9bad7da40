package org.condastagehand.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.condastagehand.host.CommonsExec;
import org.condastagehand.host.Detail;
import org.condastagehand.host.Host;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;
import org.condastagehand.host.Terminal;
import org.condastagehand.host.User;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line: builds the {@link Host}, finds the subcommand, and turns what it throws into a line and a number. */
@Command(
        name = "conda-stagehand",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        header = "Stage a conda environment on this machine's own disk for a job, and strike it afterwards.",
        description =
                "A job script names its environment in a line: `#$ -l conda_env=myenv`, or `#SBATCH --conda-env=myenv`.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "  conda-stagehand run job.sh",
            "  conda-stagehand explain job.sh",
            "  conda-stagehand pack myenv -o ~/.conda/envs/myenv.tar.zst"
        })
public final class Main implements Runnable {
    /** What can be typed comes first, and is the footer, for that is where a manual page has its examples. */
    private static final List<String> HELP = List.of(
            UsageMessageSpec.SECTION_KEY_FOOTER_HEADING,
            UsageMessageSpec.SECTION_KEY_FOOTER,
            UsageMessageSpec.SECTION_KEY_SYNOPSIS_HEADING,
            UsageMessageSpec.SECTION_KEY_SYNOPSIS,
            UsageMessageSpec.SECTION_KEY_HEADER,
            UsageMessageSpec.SECTION_KEY_DESCRIPTION,
            UsageMessageSpec.SECTION_KEY_PARAMETER_LIST_HEADING,
            UsageMessageSpec.SECTION_KEY_PARAMETER_LIST,
            UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING,
            UsageMessageSpec.SECTION_KEY_OPTION_LIST,
            UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING,
            UsageMessageSpec.SECTION_KEY_COMMAND_LIST);

    private static final int MOST_SHOWN = 40;

    private final Host host;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(names = "--debug", description = "Show stack traces.", scope = CommandLine.ScopeType.INHERIT)
    private boolean debug;

    private Main(Host host) {
        this.host = host;
    }

    /** The program's version, from its jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {version()};
        }
    }

    /** The program's name and version. */
    static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return "conda-stagehand " + (version == null ? "(built from source)" : version);
    }

    public static void main(String[] args) throws IOException {
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        if (!"UTF-8".equals(System.getProperty("sun.jnu.encoding"))) {
            new Report(err, false)
                    .error("file names are not read as UTF-8 here: start `bin/conda-stagehand`, or set LC_ALL=C.UTF-8");
            System.exit(args.length > 0 && args[0].equals("run") ? ExitCode.NOT_BEGUN : ExitCode.NODE_FAULT);
        }
        Map<String, String> environment = CallerEnvironment.restored(System.getenv());
        Path directory = Path.of("").toAbsolutePath();
        Host host = new Host(environment, directory, User.current(), Clock.systemUTC(), new CommonsExec(), out, err);
        int status = run(args, host);
        out.flush();
        System.exit(status);
    }

    /** Says what a command has to say, in the detail that the user asked for. */
    static Report report(@Nullable Main main, Host host) {
        boolean debug = main != null && main.debug;
        Optional<String> asked = host.variable(Detail.VARIABLE);
        Report report = report(host, debug, asked.flatMap(Detail::of).orElse(Detail.USUAL));
        asked.filter(value -> Detail.of(value).isEmpty())
                .ifPresent(value -> report.warn("`" + Detail.VARIABLE + "` is none of 0, 1 and 2: `"
                        + (value.length() > MOST_SHOWN ? value.substring(0, MOST_SHOWN) + "…" : value) + "`"));
        return report;
    }

    /** The same for a command that has an option for it. */
    static Report report(@Nullable Main main, Host host, boolean quiet) {
        return quiet ? report(host, main != null && main.debug, Detail.QUIET) : report(main, host);
    }

    private static Report report(Host host, boolean debug, Detail detail) {
        return new Report(host.err(), debug, detail, Terminal.hasColoursOnErr(host));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }

    /** Runs one command in this JVM and gives its exit status. */
    public static int run(String[] args, Host host) {
        Main main = new Main(host);
        if (args.length > 1 && args[0].equals(HookCommand.NAME)) {
            return main.hook(args);
        }
        Map<String, Supplier<Object>> all = commands(host);
        // only help needs them all, and picocli takes long to read their annotations
        CommandLine line =
                model(main, args.length > 0 && all.containsKey(args[0]) ? Map.of(args[0], all.get(args[0])) : all);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setOut(new PrintWriter(host.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(host.err(), true, StandardCharsets.UTF_8));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(
                Terminal.hasColoursOnOut(host) ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        line.setParameterExceptionHandler((failure, arguments) -> main.misused(failure));
        line.setExecutionExceptionHandler((failure, command, parsed) -> main.failed(
                failure,
                parsed.subcommand() != null
                        && "run".equals(parsed.subcommand().commandSpec().name())));
        try {
            return line.execute(args);
        } catch (OutOfMemoryError e) {
            return main.outOfMemory(args);
        }
    }

    /** The whole command line as its users see it, for what is made from it: manual pages, completions, the reference. */
    static CommandLine model(Host host) {
        CommandLine line = model(new Main(host), commands(host));
        List.copyOf(line.getSubcommands().entrySet()).stream()
                .filter(entry ->
                        entry.getValue().getCommandSpec().usageMessage().hidden())
                .forEach(entry -> line.getCommandSpec().removeSubcommand(entry.getKey()));
        return line;
    }

    private static CommandLine model(Main main, Map<String, Supplier<Object>> commands) {
        CommandLine line = new CommandLine(main);
        commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
        line.setHelpSectionKeys(HELP);
        layOut(line);
        return line;
    }

    private static void layOut(CommandLine command) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        usage.footerHeading("Example:%n")
                .synopsisHeading("%nUsage: ")
                .parameterListHeading("%n")
                .commandListHeading("%nCommands:%n");
        if (command.getCommandSpec().positionalParameters().isEmpty()) {
            usage.optionListHeading("%n");
        }
        command.getSubcommands().values().forEach(Main::layOut);
    }

    private static Map<String, Supplier<Object>> commands(Host host) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        // what follows the script is the script's, also if it looks like an option of ours
        commands.put("run", () -> new CommandLine(new RunCommand(host)).setStopAtPositional(true));
        commands.put("exec", () -> new CommandLine(new ExecCommand(host)).setStopAtPositional(true));
        commands.put("explain", () -> new ExplainCommand(host));
        commands.put("pack", () -> new PackCommand(host));
        commands.put("inspect", () -> new InspectCommand(host));
        commands.put("archives", () -> {
            ArchivesCommand archives = new ArchivesCommand(host);
            return new CommandLine(archives).addSubcommand(new ArchivesPruneCommand(host));
        });
        commands.put("stage", () -> new StageCommand(host));
        commands.put("unstage", () -> new UnstageCommand(host));
        commands.put("status", () -> new StatusCommand(host));
        commands.put("sweep", () -> new SweepCommand(host));
        commands.put("doctor", () -> new DoctorCommand(host));
        commands.put("setup-sge", () -> new SetupSgeCommand(host));
        commands.put("setup-slurm", () -> new SetupSlurmCommand(host));
        return commands;
    }

    @Override
    public void run() {
        spec.commandLine().usage(host.out());
    }

    private int hook(String[] args) {
        try {
            return HookCommand.run(args, host, report(this, host));
        } catch (StagingException | RuntimeException e) {
            return failed(e, false);
        } catch (OutOfMemoryError e) {
            return outOfMemory(args);
        }
    }

    private int misused(CommandLine.ParameterException failure) {
        String command = failure.getCommandLine().getCommandSpec().qualifiedName();
        Report report = report(host, debug, Detail.USUAL);
        report.error(String.valueOf(failure.getMessage()));
        report.hint(command + " --help");
        return ExitCode.USAGE;
    }

    /** Where Java's own limit is not the reason, the address space is: {@code ulimit -v}, h_vmem. */
    private int outOfMemory(String[] args) {
        Report report = report(host, debug, Detail.USUAL);
        report.error("too little memory for Java: " + Runtime.getRuntime().maxMemory() / (1 << 20)
                + " MiB of heap, or what `ulimit -v` (h_vmem) leaves of them");
        return List.of(args).contains("run") ? ExitCode.NOT_BEGUN : ExitCode.NODE_FAULT;
    }

    private int failed(Exception failure, boolean beforeJob) {
        Report report = report(host, debug, Detail.USUAL);
        if (failure instanceof StagingException known) {
            report.error(known);
            return beforeJob ? ExitCode.NOT_BEGUN : ExitCode.of(known);
        }
        report.error("this is a bug: " + failure);
        report.hint("run it again with --debug and report what it prints");
        report.trace(failure);
        return beforeJob ? ExitCode.NOT_BEGUN : ExitCode.BUG;
    }
}
