package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Report;
import org.condastagehand.host.Sizes;
import org.condastagehand.host.StagingException;
import org.condastagehand.job.Receipt;
import org.condastagehand.resolve.ResolvedEnv;
import org.condastagehand.stage.Stager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Puts an environment where the user wants it, relocated and ready, in one step. */
@Command(
        name = "stage",
        mixinStandardHelpOptions = true,
        header = "Put an environment, or an archive of one, into a directory, relocated and ready to use.",
        footer = {
            "  conda-stagehand stage myenv --to /scratch/$USER/myenv",
            "  conda-stagehand stage myenv.tar.gz --to /scratch/$USER/myenv --writable"
        })
final class StageCommand implements Callable<Integer> {
    private final Host host;

    @ParentCommand
    private @Nullable Main main;

    @Parameters(
            paramLabel = "ENV_OR_ARCHIVE",
            description = "An environment's name, or the path of a prefix or of an archive.")
    @SuppressWarnings("NullAway.Init") // required, so picocli always sets it
    private String what;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "DIR",
            description = "Where to: a directory that is not there yet, or is empty.")
    @SuppressWarnings("NullAway.Init") // required, so picocli always sets it
    private String to;

    @Option(names = "--writable", description = "Keep the write permissions; without this the copy is read-only.")
    private boolean writable;

    @Option(
            names = {"-q", "--quiet"},
            description = "Say only what is wrong, and show no progress.")
    private boolean quiet;

    StageCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws StagingException {
        Report report = Main.report(main, host, quiet);
        Path directory = target();
        Site site = Site.load();
        ResolvedEnv env = site.resolver(host).resolve(TypedEnv.parse(what, host, Files::isRegularFile));
        env.notes().forEach(report::warn);
        long begun = host.clock().millis();
        RecordedPath work = new RecordedPath(host, site, "." + directory.getFileName() + ".stage-", directory);
        Stager.Staged staged;
        try (ProgressLine progress = ProgressLine.of(env, host, quiet);
                Cleanup cleanup = new Cleanup(report, () -> {
                    progress.close();
                    work.strike();
                })) {
            Path inside = cleanup.make(work::make).resolve("env");
            Stager.Publication withReceipt = (tree, rename) -> cleanup.perform(() -> {
                Receipt.of(directory).write(tree);
                rename.run();
            });
            staged = new Stager(site.limits(), progress)
                    .stage(env, new Stager.Target(inside, directory, writable), withReceipt);
        }
        double seconds = (host.clock().millis() - begun) / 1000.0;
        staged.notes().forEach(report::warn);
        report.info(String.format(
                Locale.ROOT,
                "staged `%s`: %,d files, %s, %.1f s",
                env.name(),
                staged.files(),
                Sizes.text(staged.bytes()),
                seconds));
        host.out().println(directory);
        return ExitCode.DONE;
    }

    private Path target() throws StagingException {
        Path directory = host.directory().resolve(to).normalize();
        Path parent = directory.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new BadRequest("there is no directory `" + parent + "` to put it into", "mkdir -p " + parent);
        }
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS) && !isEmptyDirectory(directory)) {
            throw new BadRequest(
                    "`" + directory + "` is there already and is not empty", "conda-stagehand unstage " + directory);
        }
        return directory;
    }

    private static boolean isEmptyDirectory(Path directory) throws NodeFault {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        } catch (IOException e) {
            throw new NodeFault("cannot look at `" + directory + "`", e);
        }
    }
}
