package org.condastagehand.relocate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** conda-unpack's rule, ported word for word from prefixes.py of conda-pack 0.9.2; a char here is a byte there. */
final class CondaUnpack {
    private CondaUnpack() {}

    static byte[] text(byte[] data, Prefix placeholder, Prefix prefix) {
        return latin(data)
                .replace(latin(placeholder.bytes()), latin(prefix.bytes()))
                .getBytes(ISO_8859_1);
    }

    /** Empty where Python raises {@code ValueError: negative padding}. */
    static Optional<byte[]> binary(byte[] data, Prefix placeholder, Prefix prefix) {
        String search = latin(placeholder.bytes());
        String replacement = latin(prefix.bytes());
        Matcher match = Pattern.compile(Pattern.quote(search) + "([^\0]*?)\0").matcher(latin(data));
        StringBuilder out = new StringBuilder();
        while (match.find()) {
            int padding = (search.length() - replacement.length()) * count(match.group(), search);
            if (padding < 0) {
                return Optional.empty();
            }
            String replaced = match.group().replace(search, replacement) + "\0".repeat(padding);
            match.appendReplacement(out, Matcher.quoteReplacement(replaced));
        }
        return Optional.of(match.appendTail(out).toString().getBytes(ISO_8859_1));
    }

    /** Python's {@code bytes.count}: occurrences that do not overlap. */
    private static int count(String text, String wanted) {
        int count = 0;
        for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length())) {
            count++;
        }
        return count;
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }
}
