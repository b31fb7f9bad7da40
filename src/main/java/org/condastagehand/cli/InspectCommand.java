package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.condastagehand.archive.ArchiveIndex;
import org.condastagehand.archive.Inspection;
import org.condastagehand.archive.Manifest;
import org.condastagehand.archive.PrefixRecord;
import org.condastagehand.archive.UnpackScript;
import org.condastagehand.archive.Verification;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Host;
import org.condastagehand.host.Report;
import org.condastagehand.host.Sizes;
import org.condastagehand.host.StagingException;
import org.condastagehand.image.ImageFile;
import org.condastagehand.resolve.ImageLabel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what is in an archive. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        header = "Say what is in an archive: format, sizes, files, fingerprint, problems.",
        description = {"One that `pack` made tells it from its index; any other is read whole."},
        footer = {"  conda-stagehand inspect myenv.tar.zst"})
final class InspectCommand implements Callable<Integer> {
    private final Host host;

    @Parameters(paramLabel = "ARCHIVE", description = "The archive's path.")
    @SuppressWarnings("NullAway.Init") // required, so picocli always sets it
    private String archive;

    @Option(
            names = "--verify",
            description =
                    "Read all of it and hold it against its index: each disagreement is a line, and the status 65.")
    private boolean verify;

    InspectCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws StagingException {
        Path file = host.directory().resolve(archive).normalize();
        if (ImageFile.isNamed(file)) {
            tell(file, ImageFile.label(file));
            return ExitCode.DONE;
        }
        Optional<ArchiveIndex> index = ArchiveIndex.of(file);
        if (index.isEmpty()) {
            tell(file, Inspection.of(file));
            return ExitCode.DONE;
        }
        tell(file, index.get());
        return verify ? verify(file, index.get()) : ExitCode.DONE;
    }

    private void tell(Path file, Inspection found) throws BadRequest {
        line("archive", file.toString());
        line("format", found.format());
        line("size", size(file));
        counts(new Manifest.Counts(
                found.bytes(), found.files(), found.hardLinks(), found.symlinks(), found.directories()));
        line("records", found.records().map(InspectCommand::records).orElse("none"));
        line("fingerprint", found.fingerprint());
        problems(found.problems());
    }

    private void tell(Path file, ImageLabel label) throws BadRequest {
        line("archive", file.toString());
        line("format", "squashfs image");
        line("size", size(file));
        line("unpacked", Sizes.text(label.bytes()) + " in files");
        line("files", Long.toString(label.files()));
        line("mounted at", label.prefix().toString());
        line("packed by", label.packedBy());
        line("state", ArchiveStates.shown(Optional.of(label.state()), label.original()));
    }

    private void tell(Path file, ArchiveIndex index) throws StagingException {
        Manifest manifest = index.manifest();
        line("archive", file.toString());
        line("format", "tar, zstd, indexed");
        line("size", size(file));
        counts(manifest.counts());
        line("records", records(UnpackScript.first(file)));
        line("fingerprint", manifest.fingerprint());
        line("prefix", manifest.prefix().toString());
        line("packed by", manifest.packedBy());
        line("state", ArchiveStates.shown(file, Path.of(manifest.prefix().toString())));
        long data = index.table().frames().stream()
                .filter(frame -> !frame.skippable())
                .count();
        line("frames", data + ", of " + Sizes.text(manifest.tarBytes()) + " of tar");
        problems(manifest.unrecorded().stream()
                .map(path ->
                        "`" + path + "` names the prefix and has no record: at a longer path it goes on to name it")
                .toList());
    }

    private void counts(Manifest.Counts counts) {
        line("unpacked", Sizes.text(counts.bytes()) + " in files");
        line("files", Long.toString(counts.files()));
        line("hard links", Long.toString(counts.hardLinks()));
        line("symlinks", Long.toString(counts.symlinks()));
        line("directories", counts.directories() + " of their own");
    }

    private void problems(List<String> problems) {
        line("problems", problems.isEmpty() ? "none" : Integer.toString(problems.size()));
        problems.forEach(problem -> host.out().println("  " + Report.printable(problem)));
    }

    private int verify(Path file, ArchiveIndex index) throws StagingException {
        List<String> wrong = Verification.of(file, index);
        line("verified", wrong.isEmpty() ? "every frame, every file, the manifest" : wrong.size() + " disagree");
        wrong.forEach(problem -> host.out().println("  " + Report.printable(problem)));
        return wrong.isEmpty() ? ExitCode.DONE : ExitCode.BAD_REQUEST;
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
