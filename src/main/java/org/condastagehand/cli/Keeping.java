package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;
import org.condastagehand.job.JobDirectory;
import org.condastagehand.keep.CopyPacking;
import org.condastagehand.keep.KeepArea;
import org.condastagehand.keep.PackOrder;
import org.condastagehand.keep.Pruning;
import org.condastagehand.request.StageOptions;
import org.condastagehand.resolve.EnvState;
import org.condastagehand.resolve.KeptArchives;
import org.condastagehand.resolve.ResolvedEnv;

/**
 * Has an archive made of what a job has staged, for the next job: of the first environment of the user's own that came from
 * where it lives. To make it is another process's work, which begins when staging is over.
 */
final class Keeping {
    private static final Duration LIMIT_OF_A_START = Duration.ofSeconds(10);

    private final Host host;
    private final Site site;
    private final Map<ResolvedEnv, EnvState> before = new LinkedHashMap<>();

    /** Looks at what may be kept, before any of it is staged. */
    Keeping(Host host, Site site, StageOptions options, List<ResolvedEnv> resolved) {
        this.host = host;
        this.site = site;
        if (site.config().archive().auto() && !options.writable()) {
            resolved.stream()
                    .filter(this::isWorthIt)
                    .forEach(env ->
                            before.put(env, EnvState.ofPrefix(env.source().path())));
        }
    }

    /** Of a site's or another user's environment each user would keep an archive of their own. */
    private boolean isWorthIt(ResolvedEnv env) {
        Path path = env.source().path();
        return env.image().isEmpty()
                && env.source() instanceof ResolvedEnv.LivePrefix
                && !site.config().envs().containsValue(path)
                && isOwn(path);
    }

    private boolean isOwn(Path prefix) {
        try {
            return Integer.valueOf(host.user().uid()).equals(Files.getAttribute(prefix, "unix:uid"));
        } catch (IOException e) {
            return false;
        }
    }

    /** Leaves the order in the job's directory, as the last thing before the job has all that was staged. */
    void order(JobDirectory job, Report report) {
        Optional<KeptArchives> archives = KeptArchives.of(host);
        if (archives.isEmpty()) {
            return;
        }
        try {
            for (Map.Entry<ResolvedEnv, EnvState> env : before.entrySet()) {
                Path prefix = env.getKey().source().path();
                Path file = archives.get().file(prefix, env.getValue());
                boolean changed = !EnvState.ofPrefix(prefix).equals(env.getValue());
                if (!changed && !Files.exists(file) && !KeepArea.isRefused(file)) {
                    order(env.getKey(), env.getValue(), file, job);
                    return;
                }
            }
        } catch (IOException | NodeFault e) {
            report.warn("no archive is kept for the next job: " + e.getMessage());
        }
    }

    private static void order(ResolvedEnv env, EnvState state, Path file, JobDirectory job)
            throws IOException, NodeFault {
        Path prefix = env.source().path();
        Path visible = job.envs().resolve(env.name());
        // in the node's cache it was relocated for where it lies there
        Path copy = Files.isSymbolicLink(visible) ? Files.readSymbolicLink(visible) : visible;
        List<Path> names = Stream.of(prefix.toRealPath(), prefix).distinct().toList();
        new PackOrder(copy, names, state.digest(), file).write(job.stage());
    }

    /** Begins to pack what was ordered, in another process: where no hook's shell does it. */
    static void begin(JobDirectory job, Host host, Site site) throws NodeFault {
        if (site.tree().isEmpty() || !site.config().archive().auto()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("/usr/bin/env", "-i", "PATH=/usr/bin:/bin"));
        for (String name : List.of("HOME", "USER", "LOGNAME", "XDG_CACHE_HOME")) {
            host.variable(name).ifPresent(value -> command.add(name + "=" + value));
        }
        command.add(site.tree().get().resolve("libexec/archive").toString());
        command.add(job.stage().toString());
        host.exec().run(command, LIMIT_OF_A_START);
    }

    /** Packs what a job's order says; what this tells nobody reads, and the job is not held up. */
    static int pack(Path stage, Host host, Site site, Report report) throws StagingException {
        Optional<KeepArea> area = site.keepArea(host);
        if (area.isEmpty() || !site.config().archive().auto()) {
            return ExitCode.DONE;
        }
        Pruning pruning = new Pruning(area.get(), site.keepLimits(), host.clock());
        CopyPacking packing = new CopyPacking(area.get(), pruning, Main.version());
        try (Cleanup cleanup = new Cleanup(report, packing::end)) {
            packing.pack(stage, step -> cleanup.perform(step::run));
        }
        return ExitCode.DONE;
    }
}
