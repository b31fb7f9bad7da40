package org.condastagehand.cli;

import java.util.Optional;
import java.util.TreeSet;
import org.condastagehand.cache.NodeCache;
import org.condastagehand.cache.SiteCache;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;
import org.condastagehand.request.EnvSpec;
import org.condastagehand.resolve.EnvResolver;
import org.condastagehand.resolve.ResolvedEnv;

/**
 * What the account does that keeps the site's environments for everybody. Of what users have written it reads nothing: a name
 * is wanted or it is not, and what lies behind a name the site has said.
 */
final class SiteEnvs {
    private final Host host;
    private final Site site;
    private final Report report;

    SiteEnvs(Host host, Site site, Report report) {
        this.host = host;
        this.site = site;
        this.report = report;
    }

    /** Stages those that a user's jobs wait for; one that cannot be staged keeps no other. */
    int keepWanted(int uid) throws StagingException {
        Optional<SiteCache> cache = SiteCache.at(site.config().localRoot());
        int status = ExitCode.DONE;
        for (String name : new TreeSet<>(site.config().envs().keySet())) {
            if (cache.isPresent() && cache.get().isWanted(name, uid)) {
                status = isKept(name) ? status : ExitCode.NODE_FAULT;
                cache.get().forget(name, uid);
            }
        }
        return status;
    }

    /** What a user's part of the hook would say of it, since both have to want the same. */
    private ResolvedEnv withImageOfUse(ResolvedEnv env) throws StagingException {
        Optional<ResolvedEnv.Image> image = env.image();
        Optional<String> refusal =
                image.isPresent() ? new ImageUse(host, site).refusal(env, image.get()) : Optional.empty();
        return refusal.isPresent() ? env.withoutImage(refusal.get()) : env;
    }

    private boolean isKept(String name) {
        try {
            EnvResolver resolver = site.resolver(host);
            ResolvedEnv env = resolver.resolve(EnvSpec.parse(name));
            if (!env.published()) {
                throw new BadSite("the account finds `" + env.source().path() + "` by the name `" + name
                        + "`, before the site's [envs] are searched");
            }
            Optional<NodeCache.Kept> kept = site.cache(host, line -> {}).keep(withImageOfUse(env));
            if (kept.isEmpty()) {
                throw new NodeFault("`" + name + "` is in the cache, and not as it was staged, while a job uses it");
            }
            return true;
        } catch (StagingException e) {
            report.error(e);
            return false;
        } catch (IllegalArgumentException e) { // what site.toml calls so no job can ask for
            report.error("the site's [envs] entry `" + name + "`: " + e.getMessage());
            return false;
        }
    }
}
