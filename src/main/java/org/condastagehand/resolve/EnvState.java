package org.condastagehand.resolve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.codec.digest.Blake3;
import org.condastagehand.host.BadRequest;

/**
 * One state of one environment, told from every other by a few tens of stats; {@code docs/reference/freshness.md} says what
 * that catches and what it cannot.
 *
 * @param digest BLAKE3, in 64 hexadecimal digits
 */
public record EnvState(String digest) {
    private static final int BYTES = 32;

    /**
     * Of what a job would be staged from: where that is, how large, and when it was last changed. An archive that a job packed by
     * itself makes what the original makes, so it is in the original's state.
     */
    public static EnvState of(ResolvedEnv env) throws BadRequest {
        Path path = env.isKept()
                ? env.original().orElse(env.source().path())
                : env.source().path();
        List<String> lines = new ArrayList<>(List.of(RealPath.of(path).toString()));
        if (env.source() instanceof ResolvedEnv.Archive && !env.isKept()) {
            lines.add(file(path));
        } else {
            lines.addAll(Freshness.state(path));
        }
        return of(lines);
    }

    /** Of a prefix, wherever it is. */
    public static EnvState ofPrefix(Path prefix) {
        return of(Freshness.state(prefix));
    }

    private static String file(Path archive) throws BadRequest {
        try {
            BasicFileAttributes found = Files.readAttributes(archive, BasicFileAttributes.class);
            // not its device, which a file system has another of when it is mounted again
            return Files.getAttribute(archive, "unix:ino") + " " + found.size() + " "
                    + found.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        } catch (IOException e) {
            throw new BadRequest("cannot look at `" + archive + "`", e);
        }
    }

    /** A path may have a line break in it, so each line says how long it is. */
    private static EnvState of(List<String> lines) {
        // Java's own digests start its list of security providers: a tenth of what a job waits when all is in place
        Blake3 digest = Blake3.initHash();
        for (String line : lines) {
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + " ").getBytes(StandardCharsets.UTF_8));
            digest.update(bytes);
        }
        return new EnvState(HexFormat.of().formatHex(digest.doFinalize(BYTES)));
    }
}
