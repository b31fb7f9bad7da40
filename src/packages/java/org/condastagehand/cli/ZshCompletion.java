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
import picocli.CommandLine.Model.PositionalParamSpec;

/** A completion function of zsh's own kind, which shows what each command and option is for. */
record ZshCompletion(CommandLine program) {
    /** What has a file's name, or a directory's; anything else is completed as a file too where it may be a path. */
    private static final Map<String, String> COMPLETERS =
            Map.of("DIR", "_files -/", "CMD", "_command_names -e", "N", "", "FORMAT", "", "GLOB", "", "QUEUE", "");

    String script() {
        return "#compdef " + program.getCommandName() + "\n\n"
                + functions(program).collect(Collectors.joining("\n")) + "\n" + name(program) + " \"$@\"\n";
    }

    private static Stream<String> functions(CommandLine command) {
        return Stream.concat(
                Stream.of(function(command)), subcommands(command).stream().flatMap(ZshCompletion::functions));
    }

    private static String function(CommandLine command) {
        boolean leaf = subcommands(command).isEmpty();
        return name(command) + "() {\n" + (leaf ? "" : "    local context state line\n") + "    _arguments -s -S"
                + arguments(command) + "\n" + (leaf ? "" : dispatch(command)) + "}\n";
    }

    private static String arguments(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        Stream<String> options =
                spec.options().stream().filter(option -> !option.hidden()).flatMap(ZshCompletion::option);
        Stream<String> rest = subcommands(command).isEmpty()
                ? spec.positionalParameters().stream().map(ZshCompletion::positional)
                : Stream.of("1: :->command", "*:: :->arguments");
        return Stream.concat(options, rest)
                .map(word -> " \\\n        " + quoted(word))
                .collect(Collectors.joining());
    }

    /** One word for each of its names; a second one is not offered when the first stands there. */
    private static Stream<String> option(OptionSpec option) {
        String once = option.isMultiValue() ? "*" : "(" + String.join(" ", option.names()) + ")";
        return Arrays.stream(option.names())
                .map(name -> once + name + assigned(option, name) + "["
                        + plain(description(option.description()))
                                .replace("[", "\\[")
                                .replace("]", "\\]") + "]" + value(option));
    }

    private static String assigned(OptionSpec option, String name) {
        return option.arity().max() == 0 ? "" : name.startsWith("--") ? "=" : "+";
    }

    private static String value(ArgSpec argument) {
        return argument.arity().max() == 0 ? "" : ":" + label(argument) + ":" + completer(argument);
    }

    private static String positional(PositionalParamSpec parameter) {
        return (parameter.arity().max() > 1 || parameter.isMultiValue() ? "*" : "") + value(parameter);
    }

    private static String label(ArgSpec argument) {
        return argument.paramLabel().replaceAll("[^A-Z_]", "");
    }

    private static String completer(ArgSpec argument) {
        return COMPLETERS.getOrDefault(label(argument), "_files");
    }

    private static String dispatch(CommandLine command) {
        String names = subcommands(command).stream()
                .map(sub -> "\n                "
                        + quoted(sub.getCommandName() + ":"
                                + plain(description(
                                        sub.getCommandSpec().usageMessage().header()))))
                .collect(Collectors.joining());
        return "    case ${state} in\n        command)\n            local -a commands\n            commands=(" + names
                + "\n            )\n            _describe -t commands command commands\n            ;;\n"
                + "        arguments)\n            (( $+functions[" + name(command) + "_${line[1]}] )) && "
                + name(command) + "_${line[1]}\n            ;;\n    esac\n";
    }

    private static List<CommandLine> subcommands(CommandLine command) {
        return command.getSubcommands().values().stream()
                .distinct()
                .filter(sub -> !sub.getCommandSpec().usageMessage().hidden())
                .toList();
    }

    private static String name(CommandLine command) {
        return "_" + command.getCommandSpec().qualifiedName("_");
    }

    /** The first sentence, which says what it is. */
    private static String description(String[] lines) {
        String text = Ansi.OFF.string(String.join(" ", lines)).formatted();
        int end = text.indexOf(". ");
        return end < 0 ? text.replaceFirst("\\.$", "") : text.substring(0, end);
    }

    private static String plain(String text) {
        return text.replace("\\", "\\\\").replace(":", "\\:");
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
