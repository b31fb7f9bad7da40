package org.condastagehand.resolve;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.Host;
import org.condastagehand.host.StagingException;

/** Looks for a name, rank by rank; the first that has it decides. */
record NameSearch(Host host, Map<String, Path> siteEnvs, NearbyArchives archives, PathSearch paths) {
    ResolvedEnv find(String name) throws StagingException {
        Problems problems = new Problems();
        EnvPlaces places = EnvPlaces.of(host, problems);
        for (EnvPlaces.Rank rank : places.prefixes(name)) {
            Map<Path, ResolvedEnv.Source> found = found(rank.paths(), problems);
            if (found.size() > 1) {
                throw Refusals.ambiguous(
                        name,
                        found.values().stream().map(ResolvedEnv.Source::path).toList());
            }
            if (!found.isEmpty()) {
                return resolved(name, found, rank, problems);
            }
        }
        return siteEnvs.containsKey(name) ? ofSite(name, problems) : unknown(name, places, problems);
    }

    /** By real path: an environment that is reached twice is one. */
    private Map<Path, ResolvedEnv.Source> found(List<Path> prefixes, Problems problems) {
        Map<Path, ResolvedEnv.Source> found = new LinkedHashMap<>();
        for (Path prefix : prefixes) {
            source(prefix, problems).ifPresent(source -> found.putIfAbsent(RealPath.of(source.path()), source));
        }
        return found;
    }

    private Optional<ResolvedEnv.Source> source(Path prefix, Problems problems) {
        return CondaPrefix.at(prefix, problems)
                ? Optional.of(new ResolvedEnv.LivePrefix(prefix))
                : archives.alone(prefix, problems).map(archive -> archive);
    }

    private ResolvedEnv resolved(
            String name, Map<Path, ResolvedEnv.Source> found, EnvPlaces.Rank rank, Problems problems) {
        ResolvedEnv.Source source = found.values().iterator().next();
        List<String> notes = new ArrayList<>(problems.lines());
        found(rank.rivals(), new Problems()).forEach((real, rival) -> {
            if (!found.containsKey(real)) {
                notes.add(Shown.quoted(source.path()) + " is used; " + Shown.quoted(rival.path())
                        + " has the same name, ask for it by its path to use it");
            }
        });
        return source instanceof ResolvedEnv.LivePrefix live
                ? paths.prefix(name, live, packCommand(name, live), notes)
                : new ResolvedEnv(name, source, Optional.empty(), notes);
    }

    private static PackCommand packCommand(String name, ResolvedEnv.LivePrefix live) {
        return live.path().endsWith(name) ? PackCommand.named(name) : PackCommand.at(live.path());
    }

    private ResolvedEnv ofSite(String name, Problems problems) throws BadSite {
        try {
            // an archive of one user's would make it another environment for that user
            ResolvedEnv found = paths.amongOwners().find(siteEnvs.getOrDefault(name, Path.of("/")));
            List<String> notes = new ArrayList<>(problems.lines());
            notes.addAll(found.notes());
            return new ResolvedEnv(name, found.source(), found.original(), notes, true, found.image());
        } catch (BadRequest e) {
            throw new BadSite(
                    "the site's [envs] entry " + Shown.quoted(name) + ": " + e.getMessage(), "mend it in site.toml");
        }
    }

    private ResolvedEnv unknown(String name, EnvPlaces places, Problems problems) throws BadRequest {
        NavigableSet<String> known = KnownNames.in(places, problems);
        siteEnvs.keySet().stream().filter(StagedName::isValid).forEach(known::add);
        throw Refusals.unknown(name, known, problems);
    }
}
