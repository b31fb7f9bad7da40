package org.condastagehand.cache;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.condastagehand.host.BadRequest;
import org.condastagehand.resolve.EnvState;
import org.condastagehand.resolve.ResolvedEnv;

/**
 * The name of an environment's directory in a cache: 96 bits of the state that it was staged from. Short, since the path of
 * the entry takes the place of the original prefix in files where it must not be longer.
 */
final class EntryKey {
    private static final int DIGITS = 24;
    private static final Pattern KEY = Pattern.compile("[0-9a-f]{" + DIGITS + "}");

    private EntryKey() {}

    /** An image was made for its key. */
    static String of(ResolvedEnv env) throws BadRequest {
        if (env.image().isPresent()) {
            return env.image().get().label().key();
        }
        return EnvState.of(env).digest().substring(0, DIGITS);
    }

    /** Of an image that is about to be made, and of no other entry ever. */
    static String any() {
        byte[] bytes = new byte[DIGITS / 2];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static boolean isOne(String name) {
        return KEY.matcher(name).matches();
    }
}
