package org.condastagehand.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.condastagehand.archive.ArchiveIndex;
import org.condastagehand.host.BadRequest;
import org.condastagehand.resolve.EnvState;

/** Which state of an environment an archive says that it holds. */
final class ArchiveStates {
    /** Of the only format that can say it: no other archive is opened for it, on a shared file system. */
    private static final List<String> ENDINGS = List.of(".tar.zst", ".tzst");

    private ArchiveStates() {}

    /** For people: how an archive and an environment stand to each other. */
    static String shown(Path archive, Path prefix) {
        return shown(of(archive), prefix);
    }

    /** The same by what it says of itself. */
    static String shown(Optional<EnvState> packed, Path prefix) {
        if (packed.isEmpty()) {
            return "the archive does not carry it";
        }
        if (!Files.isDirectory(prefix.resolve("conda-meta"))) {
            return "of `" + prefix + "`, which is not there";
        }
        return packed.get().equals(EnvState.ofPrefix(prefix))
                ? "that of `" + prefix + "` as it is now"
                : "stale: `" + prefix + "` has changed since it was packed";
    }

    /** Empty where it says nothing, or cannot be read: then staging it will say why. */
    static Optional<EnvState> of(Path archive) {
        if (ENDINGS.stream().noneMatch(archive.toString()::endsWith)) {
            return Optional.empty();
        }
        try {
            return ArchiveIndex.of(archive)
                    .flatMap(index -> index.manifest().state())
                    .map(EnvState::new);
        } catch (BadRequest e) {
            return Optional.empty();
        }
    }
}
