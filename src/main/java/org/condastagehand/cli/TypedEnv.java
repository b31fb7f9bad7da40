package org.condastagehand.cli;

import java.nio.file.Path;
import java.util.function.Predicate;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Host;
import org.condastagehand.request.EnvSpec;

/** An environment as a person types it, whose path may be relative; a job's request is read on another machine. */
final class TypedEnv {
    private TypedEnv() {}

    /**
     * Reads it.
     *
     * @param isThere whether a word without a slash is the path of something in the working directory all the same
     */
    static EnvSpec parse(String typed, Host host, Predicate<Path> isThere) throws BadRequest {
        Path absolute = host.directory().resolve(typed).normalize();
        boolean path = typed.contains("/") || isThere.test(absolute);
        try {
            return EnvSpec.parse(path ? absolute.toString() : typed);
        } catch (IllegalArgumentException e) {
            throw new BadRequest(String.valueOf(e.getMessage()));
        }
    }
}
