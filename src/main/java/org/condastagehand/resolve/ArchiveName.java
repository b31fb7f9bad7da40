package org.condastagehand.resolve;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a file's name says about an archive. */
final class ArchiveName {
    /** Every tar that conda-pack makes; the quickest to read first. */
    static final List<String> ENDINGS =
            List.of(".tar.zst", ".tzst", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2");

    /** A file system that `pack --image` makes. */
    static final String IMAGE = ".sqfs";

    private static final List<String> OTHER_FORMATS = List.of(".zip", ".squashfs", ".parcel");

    private ArchiveName() {}

    /** The name without its ending; absent when it is not the name of an archive that can be staged. */
    static Optional<String> stem(String name) {
        return ENDINGS.stream()
                .filter(ending -> name.endsWith(ending) && name.length() > ending.length())
                .findFirst()
                .map(ending -> name.substring(0, name.length() - ending.length()));
    }

    /** Formats that conda-pack makes and nothing here reads. */
    static boolean isOtherFormat(String name) {
        return OTHER_FORMATS.stream().anyMatch(name::endsWith);
    }

    /** The same of an image. */
    static Optional<String> imageStem(String name) {
        return name.endsWith(IMAGE) && name.length() > IMAGE.length()
                ? Optional.of(name.substring(0, name.length() - IMAGE.length()))
                : Optional.empty();
    }

    /** Where an archive of this prefix is looked for. */
    static List<Path> beside(Path prefix) {
        return ENDINGS.stream()
                .map(ending -> prefix.resolveSibling(prefix.getFileName() + ending))
                .toList();
    }
}
