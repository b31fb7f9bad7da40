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
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.PrivateDirectory;
import org.condastagehand.host.User;

/**
 * Archives that nobody named, found beside an environment: whether one may be used, and which. Somebody else could have
 * put it there, so it must belong to the job's user or to the owner of what it stands for, and nobody else may write it.
 *
 * @param user who is trusted besides that owner, if anybody
 * @param images empty where none is mounted, so that none is looked for
 */
record NearbyArchives(Optional<User> user, ArchiveAge age, Optional<KeptArchives> kept, Optional<ImageLabels> images) {
    /** Those of one user, and of the environment's owner. */
    static NearbyArchives of(User user, ArchiveAge age, Optional<KeptArchives> kept, Optional<ImageLabels> images) {
        return new NearbyArchives(Optional.of(user), age, kept, images);
    }

    /** Those of the environment's owner alone. */
    NearbyArchives ofOwner() {
        return new NearbyArchives(Optional.empty(), age, Optional.empty(), images);
    }

    /** The image beside a live prefix, if it is of the state that the prefix is in; {@code notes} says why not. */
    Optional<ResolvedEnv.Image> image(Path prefix, PackCommand pack, List<String> notes) {
        if (images.isEmpty()) {
            return Optional.empty();
        }
        ImageLabels labels = images.get();
        List<String> reasons = new ArrayList<>();
        Optional<ResolvedEnv.Image> image = places(prefix)
                .map(path -> path.resolveSibling(path.getFileName() + ArchiveName.IMAGE))
                .flatMap(path -> Candidate.at(path).stream())
                .flatMap(candidate -> image(candidate, prefix, labels, pack, reasons).stream())
                .findFirst();
        notes.addAll(reasons);
        return image;
    }

    private Optional<ResolvedEnv.Image> image(
            Candidate candidate, Path prefix, ImageLabels labels, PackCommand pack, List<String> reasons) {
        Path path = candidate.path();
        Set<Integer> trusted = owners(prefix);
        trusted.add(0); // what the kernel is to mount has to be root's
        Optional<String> refusal = refusal(candidate, trusted);
        try {
            if (refusal.isEmpty()) {
                ImageLabel label = labels.of(path);
                if (label.state().equals(EnvState.ofPrefix(prefix))) {
                    return Optional.of(
                            new ResolvedEnv.Image(path, candidate.archive().size(), label));
                }
                refusal = passedOver(
                        path, "it holds another state of the environment than it has now: " + pack.intoImage(path));
            }
        } catch (BadRequest e) {
            refusal = passedOver(path, String.valueOf(e.getMessage()));
        }
        refusal.ifPresent(reasons::add);
        return Optional.empty();
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
        return refusal(candidate, owners(voucher));
    }

    private static Optional<String> refusal(Candidate candidate, Set<Integer> owners) {
        Path path = candidate.path();
        if (!candidate.isRegular()) {
            return passedOver(path, "it is not a regular file; to use it all the same, ask for it by its path");
        }
        if (!owners.contains(candidate.owner())) {
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
        return places(prefix)
                .flatMap(path -> ArchiveName.beside(path).stream())
                .flatMap(path -> Candidate.at(path).stream())
                .sorted(Comparator.comparingInt(candidate -> rank(candidate.path())))
                .toList();
    }

    private static Stream<Path> places(Path prefix) {
        return Stream.of(prefix, RealPath.of(prefix)).distinct().filter(path -> path.getNameCount() > 0);
    }

    private static int rank(Path path) {
        String name = path.toString();
        return (int) ArchiveName.ENDINGS.stream()
                .takeWhile(ending -> !name.endsWith(ending))
                .count();
    }
}
