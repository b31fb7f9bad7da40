package org.condastagehand.relocate;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The interpreter that a script's first line names, {@code #!PREFIX/bin/NAME}: from it one learns where an environment
 * stood when its scripts were written.
 */
public record Interpreter(String prefix, String name) {
    /** Bytes of a script that are enough to read. */
    public static final int HEAD = 1 << 10;

    private static final Pattern FIRST_LINE = Pattern.compile("#![ \\t]*(?<prefix>/[^/\\s]\\S*)/bin/(?<name>[^/\\s]+)");

    /** Empty where the first line names none in a {@code bin}. */
    public static Optional<Interpreter> of(byte[] head) {
        Matcher line = FIRST_LINE.matcher(new String(head, StandardCharsets.UTF_8));
        return line.lookingAt()
                ? Optional.of(new Interpreter(line.group("prefix"), line.group("name")))
                : Optional.empty();
    }
}
