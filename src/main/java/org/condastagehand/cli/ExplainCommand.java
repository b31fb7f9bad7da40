package org.condastagehand.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.condastagehand.archive.ArchiveSize;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.AutoStageHook;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Report;
import org.condastagehand.host.Sizes;
import org.condastagehand.host.StagingException;
import org.condastagehand.observe.LastStaging;
import org.condastagehand.observe.Seconds;
import org.condastagehand.request.EnvSpec;
import org.condastagehand.request.JobRequest;
import org.condastagehand.request.OnFailure;
import org.condastagehand.request.Request;
import org.condastagehand.resolve.EnvResolver;
import org.condastagehand.resolve.Faster;
import org.condastagehand.resolve.PrefixSize;
import org.condastagehand.resolve.ResolvedEnv;
import org.condastagehand.resolve.Shown;
import org.condastagehand.scheduler.ByHand;
import org.condastagehand.scheduler.Local;
import org.condastagehand.scheduler.Reading;
import org.condastagehand.scheduler.Submission;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Says what would be staged, without staging it. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        header = "Say what would be staged for a job script, on whose request, from where and how large.",
        footer = {"  conda-stagehand explain job.sh"})
final class ExplainCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault());

    private final Host host;

    @ParentCommand
    private @Nullable Main main;

    @Option(names = "--env", paramLabel = "ENV", description = "As for `run`.")
    private @Nullable String env;

    @Parameters(
            arity = "0..1",
            paramLabel = "SCRIPT",
            description = "The job script; without one, CONDA_STAGE_ENV and .conda-stage.toml decide.")
    private @Nullable String script;

    ExplainCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws StagingException {
        Report report = Main.report(main, host);
        Optional<Path> file = Optional.ofNullable(script).map(Path::of);
        if (file.isPresent() && !Files.isRegularFile(host.directory().resolve(file.get()))) {
            throw new BadRequest("no job script `" + script + "`");
        }
        Site site = Site.load();
        Reading reading = new Local(host, site.config()).read(Optional.ofNullable(env), file);
        reading.notes().forEach(report::warn);
        if (reading.request() instanceof Request.Wanted wanted) {
            line("request", wanted.job().askedBy());
            submitted(file, site);
            explain(wanted.job(), site, report);
        } else if (reading.request() instanceof Request.TurnedOff off) {
            line("request", "none: turned off by " + off.by());
        } else {
            line("request", "none: the job runs untouched");
            submitted(file, site);
        }
        for (String step : file.isPresent() ? ByHand.in(file.get(), host) : List.<String>of()) {
            line("by hand", step + ": not needed where the job asks for its environment");
        }
        return ExitCode.DONE;
    }

    /** With --env the job is none that is submitted. */
    private void submitted(Optional<Path> file, Site site) throws BadRequest {
        if (file.isPresent() && env == null) {
            Submission submission = new Submission(host, site.config());
            line("with qsub", submission.outcome(Submission.To.QSUB, file.get()));
            line("with sbatch", submission.outcome(Submission.To.SBATCH, file.get()));
        }
    }

    private void explain(JobRequest request, Site site, Report report) throws StagingException {
        EnvResolver resolver = site.resolver(host);
        for (EnvSpec spec : request.envs()) {
            ResolvedEnv found = resolver.resolve(spec);
            found.notes().forEach(report::warn);
            line("environment", found.name() + (spec.equals(request.first()) ? "" : " (not activated)"));
            line("source", source(found));
            state(found).ifPresent(state -> line("state", state));
            Optional<String> image = found.image().isPresent()
                    ? Optional.of(image(found, found.image().get(), request, site))
                    : withoutImage(request, site);
            image.ifPresent(text -> line("image", text));
            found.original().ifPresent(original -> line("original", original.toString()));
            line("staged to", "$TMPDIR/conda-stage/envs/" + found.name());
            lastTime(found, site);
            Faster.than(found).ifPresent(advice -> line("faster", advice));
            found.original().ifPresent(this::oldHooks);
        }
        line("copy", request.options().writable() ? "writable" : "read-only");
        line("activated", request.options().activate() ? "yes" : "no");
        boolean original = resolver.resolve(request.first()).original().isPresent();
        boolean fallback = original && request.options().onFailure() == OnFailure.FALLBACK;
        line(
                "on failure",
                fallback
                        ? "the job runs with the original environment"
                        : original ? "the job fails" : "the job fails, for its archive stands beside no environment");
        line("local disk", localDisk(site));
    }

    /** Said only where a user's own would be mounted. */
    private static Optional<String> withoutImage(JobRequest request, Site site) {
        boolean mounted = site.config().cache().mounts() == SiteConfig.Cache.Images.USERS;
        return mounted && !request.options().writable()
                ? Optional.of(
                        "none; where jobs are short, or need a small part of a large environment, one is ready sooner:"
                                + " conda-stagehand pack --image ENV")
                : Optional.empty();
    }

    private String image(ResolvedEnv env, ResolvedEnv.Image image, JobRequest request, Site site) throws NodeFault {
        ImageUse use = new ImageUse(host, site);
        Optional<String> refusal = request.options().writable()
                ? Optional.of("the job wants a copy that it may write")
                : use.refusal(env, image);
        String how = use.isSites(image) ? "by the kernel" : "through FUSE, by hooks that root runs";
        return image.path() + ", " + Sizes.text(image.size())
                + refusal.map(reason -> ", not mounted: " + reason)
                        .orElse(", mounted " + how
                                + " instead of staging from the source: ready sooner, and each program's first"
                                + " start a little later");
    }

    private static String source(ResolvedEnv env) throws BadRequest {
        if (env.source() instanceof ResolvedEnv.Image only) {
            return "image alone, made of " + only.label().original() + ", which is not there";
        }
        if (env.source() instanceof ResolvedEnv.Archive archive) {
            return "archive " + archive.path() + ", " + Sizes.text(archive.size()) + ", unpacked at least "
                    + Sizes.text(ArchiveSize.atLeast(archive.path()));
        }
        PrefixSize size = PrefixSize.of(env.source().path());
        OptionalLong bytes = size.bytes();
        String known = bytes.isPresent()
                ? ", at least " + Sizes.text(bytes.getAsLong()) + " in " + size.files() + " files by conda's records"
                : "";
        return "prefix " + env.source().path() + known;
    }

    /** Of an archive, whose environment may have changed since. */
    private static Optional<String> state(ResolvedEnv env) {
        if (!(env.source() instanceof ResolvedEnv.Archive) || env.original().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                ArchiveStates.shown(env.source().path(), env.original().get()));
    }

    private void lastTime(ResolvedEnv env, Site site) {
        Path source =
                env.image().map(ResolvedEnv.Image::path).orElse(env.source().path());
        site.userCache(host)
                .flatMap(cache -> LastStaging.of(cache, source))
                .ifPresent(last -> line(
                        "last time",
                        Seconds.text(last.millis()) + " s on " + last.node() + ", " + Sizes.text(last.bytes()) + " in "
                                + last.files() + " files, on " + TIME.format(last.when())));
    }

    private void oldHooks(Path prefix) {
        for (Path hook : AutoStageHook.of(prefix)) {
            line(
                    "old hook",
                    hook + ": blank in the staged copy; elsewhere `conda activate` still stages by it,"
                            + " until you type: rm " + Shown.word(hook));
        }
    }

    private static String localDisk(Site site) {
        Path root = site.config().localRoot();
        if (!Files.isDirectory(root)) {
            return root + ", which is not there on this machine";
        }
        return root + ", " + Sizes.text(root.toFile().getUsableSpace()) + " free, of which "
                + Sizes.text(site.config().minFree()) + " stay free";
    }

    private void line(String what, String value) {
        host.out().printf("%-12s %s%n", what + ":", Report.printable(value));
    }
}
