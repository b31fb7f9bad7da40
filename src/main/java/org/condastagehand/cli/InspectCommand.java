package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.condastagehand.archive.Inspection;
import org.condastagehand.archive.PrefixRecord;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Host;
import org.condastagehand.host.Report;
import org.condastagehand.host.Sizes;
import org.condastagehand.host.StagingException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says what is in an archive. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = "Reads a whole archive and says what is in it: format, sizes, files, fingerprint, problems.",
        footer = {"", "Example:  conda-stagehand inspect myenv.tar.gz"})
final class InspectCommand implements Callable<Integer> {
    private final Host host;

    @Parameters(paramLabel = "ARCHIVE", description = "The archive's path.")
    @SuppressWarnings("NullAway.Init") // required, so picocli always sets it
    private String archive;

    InspectCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws StagingException {
        Path file = host.directory().resolve(archive).normalize();
        Inspection found = Inspection.of(file);
        line("archive", file.toString());
        line("format", found.format());
        line("size", size(file));
        line("unpacked", Sizes.text(found.bytes()) + " in files");
        line("files", Long.toString(found.files()));
        line("hard links", Long.toString(found.hardLinks()));
        line("symlinks", Long.toString(found.symlinks()));
        line("directories", found.directories() + " of their own");
        line("records", found.records().map(InspectCommand::records).orElse("none"));
        line("fingerprint", found.fingerprint());
        line(
                "problems",
                found.problems().isEmpty()
                        ? "none"
                        : Integer.toString(found.problems().size()));
        found.problems().forEach(problem -> host.out().println("  " + Report.printable(problem)));
        return ExitCode.DONE;
    }

    private static String records(List<PrefixRecord> records) {
        long texts = records.stream()
                .filter(record -> record.mode() == PrefixRecord.Mode.TEXT)
                .count();
        return texts + " text, " + (records.size() - texts) + " binary";
    }

    private static String size(Path file) throws BadRequest {
        try {
            return Sizes.text(Files.size(file));
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + file + "`", e);
        }
    }

    private void line(String what, String value) {
        host.out().printf("%-12s %s%n", what + ":", Report.printable(value));
    }
}
