package org.condastagehand.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.condastagehand.host.CommonsExec;
import org.condastagehand.host.Host;
import org.condastagehand.host.User;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** Writes the sources of the man pages, and the completions, from the model that also parses the command line. */
final class Manuals {
    private static final Map<String, String> STATUSES = statuses();

    private Manuals() {}

    /** @param args the directory for AsciiDoc, and the files for bash and zsh */
    public static void main(String[] args) throws IOException {
        CommandLine program = Main.model(nowhere());
        complete(program);
        Path pages = Files.createDirectories(Path.of(args[0]));
        int status =
                ManPageGenerator.generateManPage(pages.toFile(), null, new boolean[0], false, program.getCommandSpec());
        Files.writeString(Path.of(args[1]), AutoComplete.bash(program.getCommandName(), program));
        Files.writeString(Path.of(args[2]), new ZshCompletion(program).script());
        System.exit(status);
    }

    /** What a page says and `--help` leaves to it. */
    private static void complete(CommandLine command) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        usage.exitCodeListHeading("Exit status%n");
        usage.exitCodeList(STATUSES);
        usage.footerHeading("Example%n");
        if (usage.description().length == 0) {
            usage.description(usage.header());
        }
        usage.header(Arrays.stream(usage.header())
                .map(line -> line.replaceFirst("\\.$", ""))
                .toArray(String[]::new));
        command.getSubcommands().values().forEach(Manuals::complete);
    }

    private static Map<String, String> statuses() {
        Map<String, String> statuses = new LinkedHashMap<>();
        statuses.put(Integer.toString(ExitCode.DONE), "It is done.");
        statuses.put(Integer.toString(ExitCode.USAGE), "An option or an argument is wrong.");
        statuses.put(Integer.toString(ExitCode.BAD_REQUEST), "The request, the environment or the archive is bad.");
        statuses.put(Integer.toString(ExitCode.NODE_FAULT), "Something is wrong with this machine.");
        statuses.put(Integer.toString(ExitCode.BUG), "It is a bug; --debug tells more about it.");
        statuses.put(Integer.toString(ExitCode.BAD_SITE), "The site's configuration is wrong.");
        statuses.put(
                Integer.toString(ExitCode.NOT_BEGUN),
                "Of run and exec, which else end as what they ran: it has not begun.");
        return statuses;
    }

    /** The model asks nothing of the world. */
    private static Host nowhere() throws IOException {
        PrintStream nothing = new PrintStream(OutputStream.nullOutputStream());
        return new Host(Map.of(), Path.of("/"), User.current(), Clock.systemUTC(), new CommonsExec(), nothing, nothing);
    }
}
