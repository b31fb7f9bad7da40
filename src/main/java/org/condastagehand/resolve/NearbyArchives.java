package org.condastagehand.resolve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.PrivateDirectory;
import org.condastagehand.host.User;

/**
 * Archives that nobody named, found beside an environment: whether one may be used, and which. Somebody else could have
 * put it there, so it must belong to the job's user or to the owner of what it stands for, and nobody else may write it.
 *
 * @param user who is trusted besides that owner, if anybody
 */
record NearbyArchives(Optional<User> user, ArchiveAge age, Optional<KeptArchives> kept) {
    /** Those of one user, and of the environment's owner. */
    static NearbyArchives of(User user, ArchiveAge age, Optional<KeptArchives> kept) {
        return new NearbyArchives(Optional.of(user), age, kept);
    }

    /** Those of the environment's owner alone. */
    static NearbyArchives ofOwner(ArchiveAge age) {
        return new NearbyArchives(Optional.empty(), age, Optional.empty());
    }

    /**
     * The newest archive of a live prefix that holds it as it is now, else the one that a job has kept of it; where there is
     * none, {@code notes} says why.
     */
    Optional<ResolvedEnv.Archive> of(Path prefix, PackCommand pack, List<String> notes) {
        List<String> reasons = new ArrayList<>();
        Optional<ResolvedEnv.Archive> chosen = newest(
                        beside(prefix),
                        candidate -> refusal(candidate, prefix).or(() -> stale(candidate, prefix, pack)),
                        reasons)
                .or(() -> user.flatMap(owner -> kept.flatMap(archives -> kept(archives, owner, prefix, reasons))));
        if (chosen.isEmpty()) {
            notes.addAll(reasons);
        }
        return chosen;
    }

    /** An archive whose environment is not there any more, or never was: then the directory's owner vouches for it. */
    Optional<ResolvedEnv.Archive> alone(Path prefix, Problems problems) {
        Path directory = prefix.resolveSibling("");
        if (!Files.isDirectory(directory)) {
            return Optional.empty(); // most places of a name are none: one look tells, not one for each ending
        }
        List<String> reasons = new ArrayList<>();
        Optional<ResolvedEnv.Archive> chosen =
                newest(beside(prefix), candidate -> refusal(candidate, directory), reasons);
        reasons.forEach(problems::add);
        return chosen;
    }

    /** The state is in the name, and nobody but the user can have put it there. */
    private Optional<ResolvedEnv.Archive> kept(KeptArchives archives, User owner, Path prefix, List<String> reasons) {
        return Candidate.at(archives.file(prefix, EnvState.ofPrefix(prefix))).flatMap(candidate -> {
            Optional<String> refusal =
                    notOwn(archives, owner, candidate).or(() -> refusal(candidate, archives.directory()));
            refusal.ifPresent(reasons::add);
            return refusal.isPresent() ? Optional.empty() : Optional.of(candidate.kept());
        });
    }

    private static Optional<String> notOwn(KeptArchives archives, User owner, Candidate candidate) {
        try {
            PrivateDirectory.require(archives.directory(), owner.uid());
            return candidate.owner() == owner.uid()
                    ? Optional.empty()
                    : passedOver(candidate.path(), "it is another user's: rm " + Shown.word(candidate.path()));
        } catch (IOException | BadSite e) {
            return passedOver(
                    candidate.path(), "others may write beside it: chmod 700 " + Shown.word(archives.directory()));
        }
    }

    private interface Check {
        Optional<String> refusal(Candidate candidate);
    }

    private static Optional<ResolvedEnv.Archive> newest(List<Candidate> candidates, Check check, List<String> reasons) {
        List<Candidate> good = new ArrayList<>();
        for (Candidate candidate : candidates) {
            check.refusal(candidate).ifPresentOrElse(reasons::add, () -> good.add(candidate));
        }
        // of equals, reduce keeps the first: the one that is the quickest to read
        return good.stream()
                .reduce((best, next) -> next.modified().compareTo(best.modified()) > 0 ? next : best)
                .map(Candidate::archive);
    }

    private Optional<String> refusal(Candidate candidate, Path voucher) {
        Path path = candidate.path();
        if (!candidate.isRegular()) {
            return passedOver(path, "it is not a regular file; to use it all the same, ask for it by its path");
        }
        if (!owners(voucher).contains(candidate.owner())) {
            return passedOver(
                    path,
                    "it belongs to another user (uid " + candidate.owner()
                            + "); to use it all the same, ask for it by its path");
        }
        if (candidate.everybodyWrites()) {
            return passedOver(path, "everybody can write it: chmod o-w " + Shown.word(path));
        }
        if (candidate.archive().size() == 0) {
            return passedOver(path, "it is empty: rm " + Shown.word(path));
        }
        return Files.isReadable(path)
                ? Optional.empty()
                : passedOver(path, "you may not read it; its owner can type: chmod a+r " + Shown.word(path));
    }

    private Optional<String> stale(Candidate candidate, Path prefix, PackCommand pack) {
        return age.complaint(candidate.path(), candidate.modified(), prefix)
                .flatMap(complaint ->
                        passedOver(candidate.path(), "it " + complaint + ": " + pack.into(candidate.path())));
    }

    private static Optional<String> passedOver(Path path, String why) {
        return Optional.of("passed over " + Shown.quoted(path) + ": " + why);
    }

    private Set<Integer> owners(Path voucher) {
        Set<Integer> owners = new HashSet<>();
        user.ifPresent(trusted -> owners.add(trusted.uid()));
        try {
            owners.add((Integer) Files.getAttribute(voucher, "unix:uid"));
        } catch (IOException e) {
            return owners; // nobody vouches
        }
        return owners;
    }

    /** Also beside what a link to the environment leads to. */
    private static List<Candidate> beside(Path prefix) {
        return Stream.of(prefix, RealPath.of(prefix))
                .distinct()
                .filter(path -> path.getNameCount() > 0)
                .flatMap(path -> ArchiveName.beside(path).stream())
                .flatMap(path -> Candidate.at(path).stream())
                .sorted(Comparator.comparingInt(candidate -> rank(candidate.path())))
                .toList();
    }

    private static int rank(Path path) {
        String name = path.toString();
        return (int) ArchiveName.ENDINGS.stream()
                .takeWhile(ending -> !name.endsWith(ending))
                .count();
    }
}
