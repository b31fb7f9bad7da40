package org.condastagehand.scheduler;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The {@code conda_env} request in execd's own copy of a job, which lies in its spool before the prolog starts and holds
 * the job in Grid Engine's packed form (seen with Son of Grid Engine 8.1.9; not documented).
 *
 * <p>Of that form only one element is looked for: the complex's name as a whole C string, its empty shortcut, its type
 * (RESTRING, a big-endian 9) and its value as a C string. A string of the user's cannot hold a NUL, so none can hold that
 * sequence. The list of hard requests comes before that of soft ones, so the first of two values counts. A file that has
 * the name but not that element may be of a version with another form: nothing is concluded from it.
 */
final class ExecdJobCopy {
    /** What a copy said. */
    sealed interface Answer {
        /** The file is of the known form and holds no such request. */
        record NotAsked() implements Answer {}

        record Value(String value) implements Answer {}

        /** The file cannot be read, or is of another form. */
        record Unknown() implements Answer {}
    }

    private static final int LARGEST = 16 << 20;
    private static final int LONGEST_VALUE = 4096;
    private static final byte[] ELEMENT = "\0conda_env\0\0\0\0\0\011".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] NAME = "\0conda_env\0".getBytes(StandardCharsets.ISO_8859_1);

    private ExecdJobCopy() {}

    static Answer read(Path file) {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                return new Answer.Unknown();
            }
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                byte[] bytes = in.readNBytes(LARGEST + 1);
                return bytes.length > LARGEST ? new Answer.Unknown() : parse(bytes);
            }
        } catch (IOException e) {
            return new Answer.Unknown();
        }
    }

    static Answer parse(byte[] copy) {
        int at = indexOf(copy, ELEMENT);
        if (at >= 0) {
            return value(copy, at + ELEMENT.length)
                    .<Answer>map(Answer.Value::new)
                    .orElse(new Answer.Unknown());
        }
        return copy.length > 0 && indexOf(copy, NAME) < 0 ? new Answer.NotAsked() : new Answer.Unknown();
    }

    private static Optional<String> value(byte[] copy, int from) {
        int end = from;
        while (end < copy.length && copy[end] != 0 && end - from <= LONGEST_VALUE) {
            end++;
        }
        boolean whole = end < copy.length && copy[end] == 0 && end > from;
        return whole ? Optional.of(new String(copy, from, end - from, StandardCharsets.UTF_8)) : Optional.empty();
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int at = 0; at + wanted.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }
}
