package org.condastagehand.resolve;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.Blake3;
import org.condastagehand.host.Host;

/**
 * Where the archives lie that a user's jobs have packed by themselves: a directory of the user's own that all nodes see. The
 * name of each is {@code ENV-KEY.tar.zst}, and KEY is 96 bits of the environment's path and state, so that whoever has looked at an
 * environment knows which one to look for.
 */
public record KeptArchives(Path directory) {
    public static final String ENDING = ".tar.zst";

    /** The name of one of them. */
    public static final Pattern NAME = Pattern.compile("(?<env>.+)-(?<key>[0-9a-f]{24})" + Pattern.quote(ENDING));

    private static final int KEY_BYTES = 12;

    /** {@code $XDG_CACHE_HOME/conda-stagehand/archives}, else that of {@code ~/.cache}. Empty for who has no home. */
    public static Optional<KeptArchives> of(Host host) {
        return host.variable("XDG_CACHE_HOME")
                .filter(cache -> cache.startsWith("/"))
                .map(Path::of)
                .or(() -> host.home().map(home -> home.resolve(".cache")))
                .map(cache -> new KeptArchives(cache.resolve("conda-stagehand/archives")));
    }

    /** Where the archive of an environment in a state is, or will be. */
    public Path file(Path prefix, EnvState state) {
        Path real = RealPath.of(prefix);
        byte[] digest = Blake3.hash((state.digest() + real).getBytes(StandardCharsets.UTF_8));
        return directory.resolve(
                StagedName.ofPrefix(real) + "-" + HexFormat.of().formatHex(digest, 0, KEY_BYTES) + ENDING);
    }
}
