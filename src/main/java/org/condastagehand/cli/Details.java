package org.condastagehand.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.condastagehand.archive.Decompressors;
import org.condastagehand.host.Report;
import org.condastagehand.observe.Course;
import org.condastagehand.observe.Seconds;
import org.condastagehand.request.JobRequest;
import org.condastagehand.resolve.ResolvedEnv;
import org.condastagehand.stage.StageLimits;

/** The lines that a job gets which asks for more of them: {@code CONDA_STAGE_VERBOSE=2}. */
final class Details {
    private final Site site;
    private final Report report;

    Details(Site site, Report report) {
        this.site = site;
        this.report = report;
    }

    /** Who asked, what was found, and what will stage it. */
    void ofRequest(JobRequest request, List<ResolvedEnv> resolved) {
        report.detail("asked for by " + request.askedBy());
        resolved.forEach(this::ofEnv);
        report.detail("cache: " + cache(request));
        StageLimits limits = site.limits();
        Decompressors programs = limits.reading().programs();
        report.detail("writers: " + limits.writers() + ", gzip by " + program(programs.gzip()) + ", bzip2 by "
                + program(programs.bzip2()));
    }

    private void ofEnv(ResolvedEnv env) {
        String original =
                env.original().map(path -> ", original `" + path + "`").orElse("");
        report.detail("`" + env.name() + "` is " + kind(env) + " `"
                + env.image().map(ResolvedEnv.Image::path).orElse(env.source().path()) + "`" + original);
    }

    private static String kind(ResolvedEnv env) {
        if (env.image().isPresent()) {
            return "image";
        }
        if (env.source() instanceof ResolvedEnv.Archive archive) {
            return archive.kept() ? "archive that a job has packed" : "archive";
        }
        return "prefix";
    }

    private String cache(JobRequest request) {
        if (!site.config().cache().enabled()) {
            return "this node keeps nothing for the next job";
        }
        return request.options().writable()
                ? "not for a copy that the job may write"
                : "this node keeps it for the next job";
    }

    private static String program(Optional<Path> program) {
        return program.map(path -> "`" + path + "`").orElse("Java");
    }

    /** How long the job has waited for what. */
    void ofPhases(Course course) {
        StringJoiner phases = new StringJoiner(", ");
        for (Course.Phase phase : Course.Phase.values()) {
            course.millis(phase).ifPresent(millis -> phases.add(phase.word() + " " + Seconds.text(millis) + " s"));
        }
        report.detail("phases: " + phases);
    }
}
