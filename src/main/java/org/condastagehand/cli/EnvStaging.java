package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.condastagehand.activate.Activation;
import org.condastagehand.activate.Activator;
import org.condastagehand.cache.NodeCache;
import org.condastagehand.cache.SiteCache;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Report;
import org.condastagehand.host.Sizes;
import org.condastagehand.host.StagingException;
import org.condastagehand.job.JobDirectory;
import org.condastagehand.keep.KeepArea;
import org.condastagehand.observe.Course;
import org.condastagehand.observe.LastStaging;
import org.condastagehand.request.EnvSpec;
import org.condastagehand.request.JobRequest;
import org.condastagehand.request.OnFailure;
import org.condastagehand.resolve.EnvResolver;
import org.condastagehand.resolve.ResolvedEnv;
import org.condastagehand.stage.StagedEnv;
import org.condastagehand.stage.Stager;

/** The steps from a request to an activation, the same for every scheduler. */
final class EnvStaging {
    private static final int LISTABLE_ONLY = 0555;

    /** Set by a hook's shell that can start this program as the account which keeps the site's environments. */
    private static final String ACCOUNT = "CONDA_STAGE_ACCOUNT";

    private final Host host;
    private final Site site;
    private final Report report;
    private final JobRequest request;
    private final Written written;
    private final boolean seesSites;
    private final ImageUse images;
    private final Course course;

    /** What a scheduler needs besides the scripts that a shell sources. */
    @FunctionalInterface
    interface Written {
        void scripts(Activation activation, StagedEnv env) throws StagingException;
    }

    EnvStaging(Host host, Site site, Report report, JobRequest request) {
        this(host, site, report, request, (activation, env) -> {}, false, new Course(host.clock()));
    }

    /**
     * @param written called each time when scripts for an environment have been written
     * @param seesSites whether every account can look at the job's directory by its path, as who leases from the site's cache needs
     * @param course gets to know how it goes
     */
    EnvStaging(
            Host host,
            Site site,
            Report report,
            JobRequest request,
            Written written,
            boolean seesSites,
            Course course) {
        this.host = host;
        this.site = site;
        this.report = report;
        this.request = request;
        this.written = written;
        this.seesSites = seesSites;
        this.images = new ImageUse(host, site);
        this.course = course;
        course.asks(request.first().toString(), request.envs().size());
    }

    /**
     * Asks the account that keeps the site's environments for what is not on this node yet.
     *
     * @return true if it is to run before this job is staged
     */
    boolean wantsOfSite(List<ResolvedEnv> resolved) {
        if (!isCached() || host.variable(ACCOUNT).filter("here"::equals).isEmpty()) {
            return false;
        }
        boolean wants = false;
        try {
            Optional<SiteCache> cache = SiteCache.at(site.config().localRoot());
            for (ResolvedEnv env : resolved) {
                boolean own =
                        env.image().filter(image -> !images.isSites(image)).isPresent();
                if (cache.isPresent() && env.published() && !own && !cache.get().has(env) && !isInOwnCache(env)) {
                    cache.get().want(env, host.user());
                    wants = true;
                }
            }
            return wants;
        } catch (StagingException e) {
            return false; // who leases meets it too, and says it
        }
    }

    private boolean isInOwnCache(ResolvedEnv env) {
        try {
            return ownCache().has(env);
        } catch (StagingException e) {
            return false; // somebody else made that area
        }
    }

    /** Finds all environments of the request, the one to activate first. */
    List<ResolvedEnv> resolve() throws StagingException {
        EnvResolver resolver = site.resolver(host);
        List<ResolvedEnv> resolved = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (EnvSpec env : request.envs()) {
            ResolvedEnv found = resolver.resolve(env);
            if (!names.add(found.name())) {
                throw new BadRequest(
                        "two environments of this job have the name `" + found.name() + "`", "name only one of them");
            }
            resolved.add(withImageOfUse(found));
        }
        course.ended(Course.Phase.RESOLVE);
        if (report.isDetailed()) {
            new Details(site, report).ofRequest(request, resolved);
        }
        return resolved;
    }

    private ResolvedEnv withImageOfUse(ResolvedEnv env) throws StagingException {
        if (env.image().isEmpty()) {
            return env;
        }
        ResolvedEnv.Image image = env.image().get();
        Optional<String> refusal = request.options().writable()
                ? Optional.of("the job wants a copy that it may write")
                : images.refusalHere(env, image);
        if (refusal.isEmpty()) {
            return env;
        }
        ResolvedEnv staged = env.withoutImage(refusal.get());
        report.warn("`" + image.path() + "` is not mounted: " + refusal.get());
        return staged;
    }

    /** Puts them all into the job's directory and writes the scripts that activate the first. */
    Activation stage(List<ResolvedEnv> resolved, JobDirectory job) throws StagingException {
        Keeping keeping = new Keeping(host, site, request.options(), resolved);
        Stager stager = new Stager(site.limits());
        List<Path> sources = new ArrayList<>();
        for (ResolvedEnv env : resolved) {
            env.notes().forEach(report::warn);
            sources.add(env.isKept() ? stageKept(env, stager, job) : stageOne(env, stager, job));
        }
        try {
            Files.setAttribute(job.envs(), "unix:mode", LISTABLE_ONLY);
        } catch (IOException e) {
            throw new NodeFault("cannot close `" + job.envs() + "`", e);
        }
        keeping.order(job, report);
        course.ended(Course.Phase.STAGE);
        ResolvedEnv first = resolved.get(0);
        Path prefix = job.envs().resolve(first.name());
        Activation activation = activate(
                new StagedEnv(
                        first.name(),
                        prefix,
                        Optional.of(job.envs()),
                        sources.get(0),
                        fallback(resolved).map(StagedEnv::prefix)),
                job);
        course.ended(Course.Phase.ACTIVATE);
        noteLast();
        if (report.isDetailed()) {
            new Details(site, report).ofPhases(course);
        }
        return activation;
    }

    /** For `explain`: not when it was on this node already, which says nothing of the next node. */
    private void noteLast() {
        Optional<LastStaging> last = course.last(site.node(), host.clock().instant());
        if (last.isPresent()) {
            site.userCache(host).ifPresent(last.get()::write);
        }
    }

    /** Returns what it was staged from. */
    private Path stageOne(ResolvedEnv found, Stager stager, JobDirectory job) throws StagingException {
        ResolvedEnv env = found;
        if (found.image().isPresent()) {
            Optional<String> failure = failureToMount(found, found.image().get(), job);
            if (failure.isEmpty()) {
                return found.image().get().path();
            }
            env = found.withoutImage(failure.get());
            report.warn("`" + found.image().get().path() + "` is not mounted: " + failure.get());
        }
        if (isCached() && (leaseOfSite(env, job) || lease(env, job))) {
            return env.source().path();
        }
        Path work = job.envs().resolve("." + env.name() + ".stage");
        long begun = host.clock().millis();
        Stager.Staged staged = stager.stage(
                env, new Stager.Target(work, link(env, job), request.options().writable()));
        tell(env, staged, begun);
        return env.source().path();
    }

    /** Empty when the job sees it. */
    private Optional<String> failureToMount(ResolvedEnv env, ResolvedEnv.Image image, JobDirectory job) {
        try {
            boolean mounted = images.isSites(image) ? leaseOfSite(env, job) : lease(env, job);
            return mounted ? Optional.empty() : Optional.of("it is not there on this node");
        } catch (StagingException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** An archive that nobody asked for is nobody's reason to run without the environment. */
    private Path stageKept(ResolvedEnv env, Stager stager, JobDirectory job) throws StagingException {
        try {
            Path source = stageOne(env, stager, job);
            KeepArea.noteUse(env.source().path());
            return source;
        } catch (BadRequest e) {
            report.warn("the archive that a job has kept of `" + env.name() + "` is of no use: " + e.getMessage());
            Optional<KeepArea> area = site.keepArea(host);
            if (area.isPresent()) {
                area.get().delete(env.source().path());
            }
            return stageOne(env.live().orElseThrow(() -> e), stager, job);
        }
    }

    /** A copy that the job may write is its own. */
    private boolean isCached() {
        return site.config().cache().enabled() && !request.options().writable();
    }

    private NodeCache ownCache() throws StagingException {
        return site.cache(host, report::info);
    }

    /** False also where that cache has a fault: the job's user has one, too. */
    private boolean leaseOfSite(ResolvedEnv env, JobDirectory job) {
        try {
            Optional<SiteCache> cache =
                    seesSites && env.published() ? SiteCache.at(site.config().localRoot()) : Optional.empty();
            boolean leased = cache.isPresent() && cache.get().lease(env, job.path(), link(env, job));
            if (leased) {
                course.arrived(new Course.Arrival(Course.Source.CACHE, from(env), 0, 0));
                report.info("`" + env.name() + "` is on this node for everybody");
            }
            return leased;
        } catch (StagingException e) {
            report.warn("`" + env.name() + "` is not taken from what this node keeps for everybody: " + e.getMessage());
            return false;
        }
    }

    private static Path link(ResolvedEnv env, JobDirectory job) {
        return job.envs().resolve(env.name());
    }

    /** False where the user's cache has a reason not to serve this job. */
    private boolean lease(ResolvedEnv env, JobDirectory job) throws StagingException {
        long begun = host.clock().millis();
        Optional<NodeCache.Kept> leased;
        try {
            leased = ownCache().lease(env, job.path(), link(env, job));
        } catch (BadSite e) { // anybody may have made the directory that is to be this user's
            String hint = e.hint().map(text -> " (" + text + ")").orElse("");
            report.warn("`" + env.name() + "` is staged for this job alone: " + e.getMessage() + hint);
            return false;
        }
        if (leased.isEmpty()) {
            report.warn("somebody has changed `" + env.name() + "` in this node's cache while a job uses it: not used");
        } else if (leased.get().staged().isPresent()) {
            tell(env, leased.get().staged().get(), begun);
        } else {
            course.arrived(new Course.Arrival(Course.Source.CACHE, from(env), 0, 0));
            report.info("`" + env.name() + "` was on this node already, " + seconds(begun) + " s");
        }
        return leased.isPresent();
    }

    /** The original of the environment to activate, if the job may run with it after a failure. */
    Optional<StagedEnv> fallback(List<ResolvedEnv> resolved) {
        if (request.options().onFailure() == OnFailure.FAIL) {
            return Optional.empty();
        }
        return resolved.stream().findFirst().flatMap(first -> first.original()
                .map(original -> StagedEnv.fallback(first.name(), original)));
    }

    /** Says why, and writes the scripts that activate the original. */
    Activation fallBack(StagedEnv original, StagingException failure, JobDirectory job) throws StagingException {
        report.error(failure);
        report.warn("the job runs with the original environment `" + original.prefix() + "`, from where it is");
        return activate(original, job);
    }

    Activation activate(StagedEnv env, JobDirectory job) throws StagingException {
        Activation activation = request.options().activate()
                ? Activator.activate(env, job.stage())
                : Activator.expose(env, job.stage());
        activation.notes().forEach(report::warn);
        written.scripts(activation, env);
        return activation;
    }

    /** With one digit behind the point. {@code String.format} would bring in Java's locales, for 12 ms of each job's time. */
    private String seconds(long begun) {
        long tenths = (Math.max(0, host.clock().millis() - begun) + 50) / 100;
        return tenths / 10 + "." + tenths % 10;
    }

    private void tell(ResolvedEnv env, Stager.Staged staged, long begun) {
        Course.Source kind = env.image().isPresent()
                ? Course.Source.IMAGE
                : env.source() instanceof ResolvedEnv.Archive ? Course.Source.ARCHIVE : Course.Source.PREFIX;
        course.arrived(new Course.Arrival(kind, from(env), staged.files(), staged.bytes()));
        report.info(String.format(
                Locale.ROOT,
                "staged `%s`: %,d files, %s, %s s from %s `%s`",
                env.name(),
                staged.files(),
                Sizes.text(staged.bytes()),
                seconds(begun),
                kind.word(),
                from(env)));
        staged.notes().forEach(report::warn);
    }

    private static Path from(ResolvedEnv env) {
        return env.image().map(ResolvedEnv.Image::path).orElse(env.source().path());
    }
}
