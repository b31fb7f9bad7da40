package org.condastagehand.resolve;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.BadRequest;

/** Looks at a path that somebody wrote: who names an archive trusts it, so neither owner nor age is asked. */
record PathSearch(NearbyArchives archives, ArchiveAge age, ImageLabels labels) {
    /** The same, with nothing beside an environment that is not its owner's. */
    PathSearch amongOwners() {
        return new PathSearch(archives.ofOwner(), age, labels);
    }

    ResolvedEnv find(Path path) throws BadRequest {
        try {
            BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
            return found.isDirectory() ? directory(path) : file(path, found);
        } catch (NoSuchFileException e) {
            throw missing(path);
        } catch (IOException e) {
            throw new BadRequest("cannot read " + Shown.quoted(path), e);
        }
    }

    /** A live prefix, staged from the archive beside it where that is as good. */
    ResolvedEnv prefix(String name, ResolvedEnv.LivePrefix live, PackCommand pack, List<String> earlierNotes) {
        List<String> notes = new ArrayList<>(earlierNotes);
        ResolvedEnv.Source source = archives.of(live.path(), pack, notes)
                .map(archive -> (ResolvedEnv.Source) archive)
                .orElse(live);
        Optional<ResolvedEnv.Image> image = archives.image(live.path(), pack, notes);
        return new ResolvedEnv(name, source, Optional.of(live.path()), notes).with(image);
    }

    private ResolvedEnv directory(Path path) throws IOException, BadRequest {
        if (!CondaPrefix.at(path)) {
            throw new BadRequest(
                    Shown.quoted(path) + " is not an environment: it has no `conda-meta`",
                    "to see what there is: conda env list");
        }
        return prefix(StagedName.ofPrefix(path), new ResolvedEnv.LivePrefix(path), PackCommand.at(path), List.of());
    }

    private ResolvedEnv file(Path path, BasicFileAttributes found) throws IOException, BadRequest {
        String name = path.getFileName().toString();
        if (!found.isRegularFile()) {
            throw new BadRequest(Shown.quoted(path) + " is neither an environment's directory nor a regular file");
        }
        boolean image = ArchiveName.imageStem(name).isPresent();
        Optional<String> stem = ArchiveName.stem(name);
        if (stem.isEmpty() && !image) {
            throw notAnArchive(path, name);
        }
        if (found.size() == 0) {
            throw new BadRequest(Shown.quoted(path) + " is empty", "pack it again: " + again(path));
        }
        if (!Files.isReadable(path)) {
            throw new AccessDeniedException(path.toString());
        }
        return stem.isPresent()
                ? archive(path, found, path.resolveSibling(stem.get()))
                : image(path, found.size(), labels.of(path));
    }

    private ResolvedEnv image(Path path, long size, ImageLabel label) {
        ResolvedEnv.Image image = new ResolvedEnv.Image(path, size, label);
        String name = StagedName.ofArchive(path);
        Path original = label.original();
        if (!CondaPrefix.at(original, new Problems())) {
            return new ResolvedEnv(name, image, Optional.empty(), List.of()).with(Optional.of(image));
        }
        PackCommand pack = PackCommand.at(original);
        List<String> notes = label.state().equals(EnvState.ofPrefix(original))
                ? List.of()
                : List.of(Shown.quoted(path) + " holds another state of " + Shown.quoted(original)
                        + " than it has now, and is mounted as asked; to renew it: " + pack.intoImage(path));
        return prefix(name, new ResolvedEnv.LivePrefix(original), pack, notes).with(Optional.of(image));
    }

    private ResolvedEnv archive(Path path, BasicFileAttributes found, Path sibling) {
        Optional<Path> original = Optional.of(sibling).filter(prefix -> CondaPrefix.at(prefix, new Problems()));
        List<String> notes = original
                .flatMap(prefix -> age.complaint(path, found.lastModifiedTime(), prefix)
                        .map(complaint -> Shown.quoted(path) + " " + complaint + ", " + Shown.quoted(prefix)
                                + ", and is staged as asked; to renew it: "
                                + PackCommand.at(prefix).into(path)))
                .stream()
                .toList();
        return new ResolvedEnv(
                StagedName.ofArchive(path), new ResolvedEnv.Archive(path, found.size()), original, notes);
    }

    private static String again(Path archive) {
        return new PackCommand("ENV").into(archive);
    }

    private static BadRequest notAnArchive(Path path, String name) {
        return ArchiveName.isOtherFormat(name)
                ? new BadRequest(
                        Shown.quoted(path) + " is in a format that cannot be staged",
                        "pack the environment as a tar: conda-stagehand pack NAME")
                : new BadRequest(
                        Shown.quoted(path) + " is neither an environment's directory nor an archive ("
                                + String.join(" ", ArchiveName.ENDINGS) + ")",
                        "pack an environment: conda-stagehand pack NAME");
    }

    private static BadRequest missing(Path path) {
        Optional<Path> archive =
                ArchiveName.beside(path).stream().filter(Files::isRegularFile).findFirst();
        String message = "there is no " + Shown.quoted(path);
        return archive.map(
                        found -> new BadRequest(message, "there is an archive of it: conda_env=" + Shown.word(found)))
                .orElseGet(() -> new BadRequest(message, "to see what there is: conda env list"));
    }
}
