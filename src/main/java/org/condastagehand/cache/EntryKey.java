package org.condastagehand.cache;

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

    static String of(ResolvedEnv env) throws BadRequest {
        return EnvState.of(env).digest().substring(0, DIGITS);
    }

    static boolean isOne(String name) {
        return KEY.matcher(name).matches();
    }
}
