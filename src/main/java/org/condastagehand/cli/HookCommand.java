package org.condastagehand.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.Host;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;

/**
 * {@code hook HOOK [ARGUMENT]}: for the hooks' shells alone, which map any other exit status to the verdict that the
 * scheduler can bear. Not one of picocli's commands, for each job waits for it, and picocli needs longer to read
 * annotations than Java to start.
 */
enum HookCommand {
    SGE_PROLOG {
        @Override
        int run(Host host, Report report, Optional<String> argument) throws StagingException {
            return withSite(argument, (site, fault) -> new GridEngineProlog(host, site, report, fault).run());
        }
    },
    SGE_RANK {
        @Override
        int run(Host host, Report report, Optional<String> argument) throws StagingException {
            return withSite(argument, (site, fault) -> new GridEngineRank(host, site, report, fault).run());
        }
    },
    SLURM_PROLOG {
        @Override
        int run(Host host, Report report, Optional<String> argument) throws StagingException {
            return withSite(argument, (site, fault) -> new SlurmProlog(host, site, report, fault).run());
        }
    },
    /** As the account that keeps the site's environments, for jobs of the user whose uid is the argument. */
    SITE_ENVS {
        @Override
        int run(Host host, Report report, Optional<String> argument) throws StagingException {
            int uid = Integer.parseInt(argument.orElseThrow(() -> new IllegalArgumentException("no uid")));
            return new SiteEnvs(host, Site.load(), report).keepWanted(uid);
        }
    },
    /** Not a hook's own work, but what it leaves behind: {@code hook archive STAGE}, see libexec/archive. */
    ARCHIVE {
        @Override
        int run(Host host, Report report, Optional<String> stage) throws StagingException {
            return stage.isEmpty() ? ExitCode.USAGE : Keeping.pack(Path.of(stage.get()), host, Site.load(), report);
        }
    };

    static final String NAME = "hook";

    /**
     * Does a hook's work.
     *
     * @param argument of a prolog: why this node can stage nothing, as the hook's shell found out
     * @return the exit status
     */
    abstract int run(Host host, Report report, Optional<String> argument) throws StagingException;

    /** What stages for a job. */
    @FunctionalInterface
    private interface Prolog {
        int run(Site site, Optional<String> fault) throws StagingException;
    }

    /** Where site.toml is wrong nothing is staged, and a job that asks has its original environment, as after other faults. */
    private static int withSite(Optional<String> fault, Prolog prolog) throws StagingException {
        Site site;
        try {
            site = Site.load();
        } catch (BadSite e) {
            return prolog.run(Site.ofDefaults(), fault.or(() -> Optional.of(String.valueOf(e.getMessage()))));
        }
        return prolog.run(site, fault);
    }

    /**
     * Does the work of the hook that the arguments name.
     *
     * @param args {@code hook HOOK [ARGUMENT]}, the hook in whatever case
     * @throws IllegalArgumentException if there is no such hook
     */
    static int run(String[] args, Host host, Report report) throws StagingException {
        return valueOf(args[1].toUpperCase(Locale.ROOT))
                .run(host, report, args.length > 2 ? Optional.of(args[2]) : Optional.empty());
    }
}
