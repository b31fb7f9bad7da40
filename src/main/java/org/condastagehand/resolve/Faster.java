package org.condastagehand.resolve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What would have an environment ready sooner, for people who ask before they submit a job. */
public final class Faster {
    private static final String BEST = ".tar.zst";

    /** Types of file systems that are a machine's own. */
    private static final Set<String> OWN =
            Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "tmpfs", "overlay");

    private Faster() {}

    /** A line that ends in what to type, if there is anything; of an archive that was passed over its note says it. */
    public static Optional<String> than(ResolvedEnv env) {
        return than(env, Faster::type);
    }

    /**
     * The same.
     *
     * @param type of the file system that a path is on, where it can be told
     */
    static Optional<String> than(ResolvedEnv env, Function<Path, Optional<String>> type) {
        if (env.source() instanceof ResolvedEnv.LivePrefix live) {
            Optional<String> own = type.apply(live.path()).filter(OWN::contains);
            return own.map(disk -> without(live.path(), disk))
                    .or(() -> env.notes().isEmpty() ? packed(live.path()) : Optional.empty());
        }
        return env.original().filter(prefix -> !isBest(env.source().path())).map(Faster::packedBetter);
    }

    private static boolean isBest(Path archive) {
        return archive.toString().endsWith(BEST) || archive.toString().endsWith(".tzst");
    }

    private static String without(Path prefix, String disk) {
        return Shown.quoted(prefix) + " is on this machine's own disk (" + disk
                + "): a job that runs on this machine needs no copy: conda_env=none";
    }

    private static Optional<String> packed(Path prefix) {
        long files = PrefixSize.of(prefix).files();
        String number = files > 0 ? String.format(Locale.ROOT, "%,d", files) : "thousands";
        return Optional.of("pack it once, and staging reads one file instead of " + number + ": " + command(prefix));
    }

    private static String packedBetter(Path prefix) {
        return "our own kind of archive is staged in about two thirds of the time: " + command(prefix);
    }

    private static String command(Path prefix) {
        return PackCommand.at(prefix).anew(prefix.resolveSibling(prefix.getFileName() + BEST));
    }

    private static Optional<String> type(Path prefix) {
        try {
            return Optional.of(Files.getFileStore(prefix).type());
        } catch (IOException e) {
            return Optional.empty(); // then the usual is said
        }
    }
}
