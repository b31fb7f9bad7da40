package org.condastagehand.stage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.StagingException;
import org.condastagehand.resolve.ResolvedEnv;

/** Where tests stage from and to. */
final class Scenery {
    static final StageLimits NO_LIMITS = new StageLimits(0, 0, 2);

    private Scenery() {}

    /** As the command does it: filled in {@code .NAME.stage} beside the place. */
    static Stager.Target target(Path visible, boolean writable) {
        return new Stager.Target(visible.resolveSibling("." + visible.getFileName() + ".stage"), visible, writable);
    }

    static ResolvedEnv archive(Path archive) throws IOException {
        return new ResolvedEnv(
                "demo", new ResolvedEnv.Archive(archive, Files.size(archive)), Optional.empty(), List.of());
    }

    /** An archive that lies beside the environment that it was packed from. */
    static ResolvedEnv archive(Path archive, Path original) throws IOException {
        return new ResolvedEnv(
                "demo", new ResolvedEnv.Archive(archive, Files.size(archive)), Optional.of(original), List.of());
    }

    static ResolvedEnv prefix(Path prefix) {
        return new ResolvedEnv("demo", new ResolvedEnv.LivePrefix(prefix), Optional.of(prefix), List.of());
    }

    static Stager.Staged stage(ResolvedEnv env, Path visible) throws StagingException {
        return new Stager(NO_LIMITS).stage(env, target(visible, true));
    }

    /** Names in a directory, to show that nothing was left there. */
    static List<String> names(Path directory) throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    /** A place below a new directory whose path has just so many bytes. */
    static Path place(Path below, int length) throws IOException {
        int missing = length - below.toString().length() - "//env".length();
        assumeTrue(missing > 0, () -> "`" + below + "` is too long a temporary directory");
        StringBuilder path = new StringBuilder();
        for (; missing > 200; missing -= 101) {
            path.append("d".repeat(100)).append('/');
        }
        Path parent = Files.createDirectories(below.resolve(path + "p".repeat(missing)));
        return parent.resolve("env");
    }

    static boolean isRoot() throws IOException {
        return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }
}
