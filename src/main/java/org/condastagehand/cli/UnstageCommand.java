package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;
import org.condastagehand.job.Receipt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Strikes what {@code stage} put somewhere, and nothing else. */
@Command(
        name = "unstage",
        mixinStandardHelpOptions = true,
        header = "Strike a directory that `conda-stagehand stage` made, and no other.",
        footer = {"  conda-stagehand unstage /scratch/$USER/myenv"})
final class UnstageCommand implements Callable<Integer> {
    private final Host host;

    @ParentCommand
    private @Nullable Main main;

    @Parameters(paramLabel = "DIR", description = "The directory that was given to --to.")
    @SuppressWarnings("NullAway.Init") // required, so picocli always sets it
    private String directory;

    UnstageCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws StagingException {
        Path staged = host.directory().resolve(directory).normalize();
        Receipt.of(staged).requireStaged();
        RecordedPath struck = new RecordedPath(host, Site.load(), "." + staged.getFileName() + ".struck-", staged);
        try (Cleanup cleanup = new Cleanup(Main.report(main, host), struck::strike)) {
            cleanup.perform(() -> {
                struck.record();
                move(staged, struck.path());
            });
        }
        return ExitCode.DONE;
    }

    private static void move(Path staged, Path struck) throws NodeFault {
        try {
            Files.move(staged, struck, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new NodeFault("cannot strike `" + staged + "`", e);
        }
    }
}
