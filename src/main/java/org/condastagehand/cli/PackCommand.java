package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Stack;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.condastagehand.archive.FrameCodec;
import org.condastagehand.archive.Manifest;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Report;
import org.condastagehand.host.Sizes;
import org.condastagehand.host.StagingException;
import org.condastagehand.pack.Globs;
import org.condastagehand.pack.NewArchive;
import org.condastagehand.pack.Packed;
import org.condastagehand.pack.Packer;
import org.condastagehand.resolve.EnvState;
import org.condastagehand.resolve.ResolvedEnv;
import org.condastagehand.stage.Stager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Makes the archive that staging likes best. */
@Command(
        name = "pack",
        mixinStandardHelpOptions = true,
        header = "Pack an environment into an archive that can be staged, or unpacked with tar, anywhere.",
        footer = {"  conda-stagehand pack myenv -o ~/.conda/envs/myenv.tar.zst"})
final class PackCommand implements Callable<Integer> {
    /** Of 800 MiB: 8.5 CPU seconds and 224 MB; level 5 takes 13.0 and makes 218 MB of them, level 4 221 MB. */
    private static final int ZSTD_LEVEL = 3;

    private static final int GZIP_LEVEL = 6;
    /** A thread's buffers, and as much again for all else. */
    private static final long MEMORY_PER_THREAD = 40 << 20;

    private static final Pattern ENDING =
            Pattern.compile("\\.(tar(?:\\.[a-z0-9]+)?|t(?:zst|gz|xz|bz2)|zip|squashfs|parcel)$");

    private final Host host;
    private final Globs globs = new Globs();

    @ParentCommand
    private @Nullable Main main;

    @Parameters(paramLabel = "ENV", description = "An environment's name, or its path.")
    @SuppressWarnings("NullAway.Init") // required, so picocli always sets it
    private String what;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The archive; without it NAME.tar.zst in the working directory.")
    private @Nullable String output;

    @Option(names = "--format", paramLabel = "FORMAT", description = "tar.zst (the default) or tar.gz.")
    private @Nullable String format;

    @Option(names = "--level", paramLabel = "N", description = "Compression, 1 to 19; of tar.gz 1 to 9.")
    private @Nullable Integer level;

    @Option(names = "--threads", paramLabel = "N", description = "Cores to use; without it all.")
    private @Nullable Integer threads;

    @Option(
            names = "--image",
            description = "Make an image, which nodes mount instead of unpacking it; NAME.sqfs without -o.")
    private boolean image;

    @Option(
            names = "--site",
            description =
                    "With --image: for everybody, to stand under [envs] in site.toml; the image has to be root's.")
    private boolean everybodys;

    @Option(names = "--force", description = "Replace the archive if there is one.")
    private boolean force;

    @Option(
            names = "--ignore-editable",
            description = "Pack although a package's sources lie outside of the environment.")
    private boolean ignoreEditable;

    @Option(names = "--ignore-missing", description = "Pack although files of packages are missing.")
    private boolean ignoreMissing;

    @Option(
            names = {"-q", "--quiet"},
            description = "Say only what is wrong, and show no progress.")
    private boolean quiet;

    @Option(
            names = "--exclude",
            paramLabel = "GLOB",
            parameterConsumer = Exclude.class,
            description =
                    "Leave out what matches, below the environment; `*` matches `/` too. Of several the last counts.")
    @SuppressWarnings("UnusedVariable") // it is there for picocli; its consumer takes the values
    private List<String> exclude = List.of();

    @Option(
            names = "--include",
            paramLabel = "GLOB",
            parameterConsumer = Include.class,
            description = "Put in again what was left out.")
    @SuppressWarnings("UnusedVariable") // it is there for picocli; its consumer takes the values
    private List<String> include = List.of();

    /** Both options make one list, since their order counts. */
    private static void add(Stack<String> arguments, CommandSpec command, boolean exclude) {
        if (arguments.isEmpty()) {
            throw new ParameterException(
                    command.commandLine(), "Missing required parameter for option '--exclude' or '--include' (GLOB)");
        }
        ((PackCommand) command.userObject()).globs.add(arguments.pop(), exclude);
    }

    private static final class Exclude implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> arguments, ArgSpec option, CommandSpec command) {
            add(arguments, command, true);
        }
    }

    private static final class Include implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> arguments, ArgSpec option, CommandSpec command) {
            add(arguments, command, false);
        }
    }

    PackCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws StagingException {
        Report report = Main.report(main, host, quiet);
        ResolvedEnv env = Site.load().resolver(host).resolve(TypedEnv.parse(what, host, PackCommand::isPrefix));
        Path prefix = env.original()
                .orElseThrow(() -> new BadRequest(
                        "`" + what + "` is only an archive, `" + env.source().path() + "`",
                        "to unpack it: conda-stagehand stage " + env.source().path() + " --to DIR --writable"));
        if (image || everybodys) {
            return packImage(env, prefix, report);
        }
        FrameCodec codec = codec();
        NewArchive archive = new NewArchive(file(env, codec.format().toString()), prefix, force);
        long begun = host.clock().millis();
        EnvState state = EnvState.ofPrefix(prefix);
        Packed packed;
        try (ProgressLine progress = new ProgressLine(host, quiet, 0);
                Cleanup cleanup = new Cleanup(report, () -> {
                    progress.close();
                    archive.discard();
                })) {
            cleanup.perform(archive::create);
            packed = new Packer(order(prefix, state, codec, archive)).pack(archive.channel(), progress);
            archive.flush();
            cleanup.perform(archive::publish);
        }
        packed.notes().forEach(report::warn);
        Manifest.Counts counts = packed.counts();
        tell(env, prefix, state, begun, counts.files(), counts.bytes(), packed.size(), report);
        host.out().println(archive.file());
        return ExitCode.DONE;
    }

    private int packImage(ResolvedEnv found, Path prefix, Report report) throws StagingException {
        refuseWhatNoImageHas();
        ResolvedEnv env = found.live().orElse(found);
        NewArchive archive = new NewArchive(file(env, "sqfs"), prefix, force);
        long begun = host.clock().millis();
        EnvState state = EnvState.ofPrefix(prefix);
        Stager.Staged packed =
                new PackImage(host, Site.load(), report, quiet).pack(env, archive, everybodys, threadsOn(cores()));
        packed.notes().forEach(report::warn);
        tell(env, prefix, state, begun, packed.files(), packed.bytes(), sizeOf(archive.file()), report);
        host.out().println(archive.file());
        return ExitCode.DONE;
    }

    private static long sizeOf(Path file) throws NodeFault {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new NodeFault("cannot look at `" + file + "`", e);
        }
    }

    private void refuseWhatNoImageHas() throws BadRequest {
        if (!image) {
            throw new BadRequest("--site is for images", "conda-stagehand pack --image --site ENV");
        }
        if (format != null || level != null || !globs.isEmpty() || ignoreEditable || ignoreMissing) {
            throw new BadRequest("--image packs all of an environment as it is: it goes with --output, --threads,"
                    + " --force, --quiet and --site alone");
        }
    }

    private void tell(
            ResolvedEnv env,
            Path prefix,
            EnvState state,
            long begun,
            long files,
            long bytes,
            long size,
            Report report) {
        if (!state.equals(EnvState.ofPrefix(prefix))) {
            report.warn("`" + prefix
                    + "` changed while it was packed, so that no job uses this archive by itself: pack it again");
        }
        report.info(String.format(
                Locale.ROOT,
                "packed `%s`: %,d files, %s, into %s, %.1f s",
                env.name(),
                files,
                Sizes.text(bytes),
                Sizes.text(size),
                (host.clock().millis() - begun) / 1000.0));
    }

    private Packer.Order order(Path prefix, EnvState state, FrameCodec codec, NewArchive archive) throws BadRequest {
        int wanted = threadsOn(cores());
        long most = Math.max(1, Runtime.getRuntime().maxMemory() / MEMORY_PER_THREAD);
        return new Packer.Order(
                prefix,
                globs,
                codec,
                (int) Math.min(wanted, most),
                Main.version(),
                archive.directory(),
                ignoreEditable,
                ignoreMissing,
                Optional.of(state.digest()),
                List.of());
    }

    private static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    private int threadsOn(int cores) throws BadRequest {
        int wanted = Optional.ofNullable(threads).orElse(cores);
        if (wanted < 1) {
            throw new BadRequest("--threads is at least 1, not " + wanted);
        }
        return wanted;
    }

    private FrameCodec codec() throws BadRequest {
        FrameCodec.Format wanted = format();
        int usual = wanted == FrameCodec.Format.TAR_ZST ? ZSTD_LEVEL : GZIP_LEVEL;
        try {
            return new FrameCodec(wanted, Optional.ofNullable(level).orElse(usual));
        } catch (IllegalArgumentException e) {
            throw new BadRequest("--level: " + e.getMessage());
        }
    }

    /** As asked for, or as the archive's name says. */
    private FrameCodec.Format format() throws BadRequest {
        String name = Optional.ofNullable(format).orElseGet(() -> Optional.ofNullable(output)
                .map(PackCommand::ending)
                .filter(ending -> !ending.isEmpty())
                .orElse("tar.zst"));
        return switch (name) {
            case "tar.zst", "tzst" -> FrameCodec.Format.TAR_ZST;
            case "tar.gz", "tgz" -> FrameCodec.Format.TAR_GZ;
            default -> throw new BadRequest("archives are tar.zst or tar.gz, not `" + name + "`");
        };
    }

    /** Of the names that archives have. */
    private static String ending(String file) {
        Matcher ending = ENDING.matcher(file);
        return ending.find() ? ending.group(1) : "";
    }

    private Path file(ResolvedEnv env, String ending) {
        String name = Optional.ofNullable(output).orElse(env.name() + "." + ending);
        Path file = host.directory().resolve(name).normalize();
        boolean directory = Files.isDirectory(file);
        return directory ? file.resolve(env.name() + "." + ending) : file;
    }

    private static boolean isPrefix(Path path) {
        return Files.exists(path.resolve("conda-meta"), LinkOption.NOFOLLOW_LINKS);
    }
}
