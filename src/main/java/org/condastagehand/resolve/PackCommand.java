package org.condastagehand.resolve;

import java.nio.file.Path;
import java.util.List;

/**
 * The line that a user can type to pack an environment.
 *
 * @param which its name or its path, ready for a shell
 */
record PackCommand(String which) {
    private static final List<String> WRITTEN = List.of(".tar.zst", ".tzst", ".tar.gz", ".tgz");

    static PackCommand named(String name) {
        return new PackCommand(Shown.word(name));
    }

    static PackCommand at(Path prefix) {
        return new PackCommand(Shown.word(prefix));
    }

    /** In place of an image. */
    String intoImage(Path image) {
        return "conda-stagehand pack --image " + which + " -o " + Shown.word(image) + " --force";
    }

    /** Where none is. */
    String anew(Path archive) {
        return "conda-stagehand pack " + which + " -o " + Shown.word(archive);
    }

    /** In place of an archive, or beside it where it is of a kind that `pack` does not write. */
    String into(Path archive) {
        String name = archive.getFileName().toString();
        Path file = WRITTEN.stream().anyMatch(name::endsWith)
                ? archive
                : archive.resolveSibling(ArchiveName.stem(name).orElse(name) + ".tar.zst");
        return anew(file) + " --force";
    }
}
