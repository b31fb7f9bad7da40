package org.condastagehand.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Writes docs/reference/commands.md from the model that also parses the command line and prints its help. */
final class CommandsPage {
    private static final String HEAD = """
            # Commands

            <!-- Made from the program by `./dev docs --update`; edit the commands' own help instead. -->

            `conda-stagehand COMMAND`; where conda is on the `PATH` as well, `conda stagehand COMMAND` is the same. Each command prints its part of
            this page with `--help`. What is data goes to stdout; everything else is a line on stderr, with a hint of what to type.

            ## Exit status

            | status | who has to act |
            |---|---|
            """;

    private static final List<String> STATUSES = List.of(
            row(ExitCode.DONE, "nobody: it is done"),
            row(ExitCode.USAGE, "who typed the command: an option or argument is wrong"),
            row(
                    ExitCode.BAD_REQUEST,
                    "the user: the request, `.conda-stage.toml`, the environment or the archive is bad"),
            row(ExitCode.NODE_FAULT, "the administrator: something is wrong with this node, such as a full disk"),
            row(ExitCode.BUG, "the authors: it is a bug, of which `--debug` tells more"),
            row(ExitCode.BAD_SITE, "the administrator: the site's configuration is wrong"));

    private static final String TAIL = """

            `run` and `exec` end with the status of what they ran: %d when they failed before it began, %d when it is there but cannot be
            started, %d when it is not there, 128 + N when signal N ended it. What the schedulers' hooks return is in
            [Slurm](../design/slurm.md#who-does-what) and [Grid Engine](../design/grid-engine.md#who-does-what).
            """.formatted(ExitCode.NOT_BEGUN, ExitCode.NOT_RUNNABLE, ExitCode.NOT_FOUND);

    private CommandsPage() {}

    /** What `program` offers, and what the scripts by these names do. */
    static String of(CommandLine program, Map<String, CommandLine> scripts) {
        String common = "\n## Options of every command\n\n" + options(program.getCommandSpec());
        Stream<String> sections = Stream.concat(
                commands(program, program),
                scripts.entrySet().stream().map(script -> section(script.getKey(), script.getValue())));
        return HEAD + String.join("", STATUSES) + TAIL + common + sections.collect(Collectors.joining());
    }

    private static String row(int status, String meaning) {
        return "| %d | %s |\n".formatted(status, meaning);
    }

    private static Stream<String> commands(CommandLine parent, CommandLine program) {
        return parent.getSubcommands().values().stream()
                .distinct()
                .flatMap(command -> Stream.concat(Stream.of(section(command, program)), commands(command, program)));
    }

    private static String section(CommandLine command, CommandLine program) {
        String name = command.getCommandSpec().qualifiedName();
        return section(name.substring(program.getCommandName().length() + 1), command);
    }

    private static String section(String name, CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        return "\n## " + name + "\n\n" + plain(spec.usageMessage().header()) + " "
                + plain(spec.usageMessage().description()) + "\n\n```text\n" + synopsis(command)
                + "\n```\n" + parts(spec) + footer(spec);
    }

    /** In one piece: the page breaks lines by itself. */
    private static String synopsis(CommandLine command) {
        return command.setUsageHelpWidth(1000).getHelp().synopsis(0).strip();
    }

    private static String parts(CommandSpec spec) {
        String table = spec.positionalParameters().stream()
                        .filter(argument -> !argument.hidden())
                        .map(argument -> row(argument.paramLabel(), argument))
                        .collect(Collectors.joining())
                + spec.options().stream()
                        .filter(option -> !option.hidden() && !option.inherited() && !isCommon(option))
                        .map(option -> row(names(option), option))
                        .collect(Collectors.joining());
        return table.isEmpty() ? "" : "\n| | |\n|---|---|\n" + table;
    }

    private static String options(CommandSpec spec) {
        return "| | |\n|---|---|\n"
                + spec.options().stream()
                        .map(option -> row(names(option), option))
                        .collect(Collectors.joining());
    }

    private static boolean isCommon(OptionSpec option) {
        return option.usageHelp() || option.versionHelp();
    }

    private static String names(OptionSpec option) {
        String names = String.join("`, `", option.names());
        return option.arity().max() == 0 ? names : names + " " + option.paramLabel();
    }

    private static String row(String name, ArgSpec argument) {
        return "| `%s` | %s |\n".formatted(name, plain(argument.description()).replace("|", "\\|"));
    }

    private static String plain(String... lines) {
        return Arrays.stream(lines)
                .map(CommandsPage::plain)
                .collect(Collectors.joining(" "))
                .strip();
    }

    private static String plain(String line) {
        String text = Ansi.OFF.string(line.formatted()).strip();
        return text.replaceAll("docs/reference/([a-z.-]+)\\.md", "[$1]($1.md)");
    }

    private static String footer(CommandSpec spec) {
        String statuses = spec.usageMessage().exitCodeList().entrySet().stream()
                .map(entry -> "| %s | %s |\n".formatted(entry.getKey(), plain(entry.getValue())))
                .collect(Collectors.joining());
        String text = Arrays.stream(spec.usageMessage().footer())
                .map(line -> line.formatted().strip())
                .collect(Collectors.joining("\n"))
                .strip();
        return (statuses.isEmpty() ? "" : "\n| exit status | |\n|---|---|\n" + statuses)
                + (text.isEmpty() ? "" : "\n```text\n" + text + "\n```\n");
    }
}
