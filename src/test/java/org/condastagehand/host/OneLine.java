package org.condastagehand.host;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** What people see of a failure, held against what they should see: one short line, and one for the hint. */
public final class OneLine {
    /** A path has 4 KiB, and no message shows more than a path and a few cut words besides. */
    private static final int LONGEST = 10_000;

    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private OneLine() {}

    public static void require(StagingException failure) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new Report(new PrintStream(bytes, true, StandardCharsets.UTF_8), false).error(failure);
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        String message = failure.getMessage();
        if (message == null
                || message.isBlank()
                || lines.size() != 1 + (failure.hint().isPresent() ? 1 : 0)) {
            throw new AssertionError("not one line: " + lines);
        }
        lines.forEach(OneLine::require);
    }

    /** A line that is shown as it is. */
    public static void require(String line) {
        if (line.length() > LONGEST) {
            throw new AssertionError("a line of " + line.length() + " characters: " + line.substring(0, 200));
        }
        if (UNPRINTABLE.matcher(line).find()) {
            throw new AssertionError("a line that is not printable: " + line);
        }
    }
}
