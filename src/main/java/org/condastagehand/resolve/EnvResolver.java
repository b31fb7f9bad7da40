package org.condastagehand.resolve;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.condastagehand.host.Host;
import org.condastagehand.host.StagingException;
import org.condastagehand.request.EnvSpec;

/** Finds the environment that a job asked for, and chooses what it is staged from. */
public final class EnvResolver {
    private final NameSearch names;
    private final PathSearch paths;

    /**
     * @param siteEnvs the site's names for prefixes and archives, the last place that is searched; absolute paths
     * @param kept where jobs keep archives that they have packed by themselves, if they do
     * @param images whether images are looked for that nobody has named
     */
    public EnvResolver(
            Host host,
            Map<String, Path> siteEnvs,
            PackedStates states,
            Optional<KeptArchives> kept,
            ImageLabels labels,
            boolean images) {
        ArchiveAge age = new ArchiveAge(states);
        NearbyArchives archives =
                NearbyArchives.of(host.user(), age, kept, images ? Optional.of(labels) : Optional.empty());
        this.paths = new PathSearch(archives, age, labels);
        this.names = new NameSearch(host, Map.copyOf(siteEnvs), archives, paths);
    }

    /**
     * Reads only what says where an environment is and in which state; of archives no more than their index.
     *
     * @throws StagingException a {@code BadRequest} when there is no such environment or more than one, a {@code BadSite}
     *     when the site's table names something that is none
     */
    public ResolvedEnv resolve(EnvSpec spec) throws StagingException {
        return spec instanceof EnvSpec.Named named
                ? names.find(named.name())
                : paths.find(((EnvSpec.Located) spec).path());
    }
}
