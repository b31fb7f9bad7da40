package org.condastagehand.relocate;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Mends first lines that Linux cannot run: it cuts a {@code #!} line at 127 bytes, ends the interpreter's path at the
 * first blank, and hands all that follows it to the interpreter as one argument.
 */
public final class Shebang {
    /** Before Linux 5.1 the line with {@code #!} and its line break has to fit into 128 bytes. */
    private static final int MOST_BYTES = 127;

    private static final String BLANK = "[ \\t]+";
    /** What conda-pack makes of {@code #!PREFIX/bin/perl -w}: env(1) then looks for a program named `perl -w`. */
    private static final Pattern ENV_WITH_OPTIONS = Pattern.compile(
            "#![ \\t]*/usr/bin/env" + BLANK + "(?<name>[^-\\s=/][^\\s=/]*)" + BLANK + "(?<rest>\\S.*)", Pattern.DOTALL);
    /** An interpreter in the prefix: what follows it is one argument. */
    private static final Pattern NAME_AND_REST =
            Pattern.compile("(?<name>[^\\s/]+)(?:" + BLANK + "(?<rest>.*))?", Pattern.DOTALL);

    /** As {@link #throughEnv} writes it. */
    private static final Pattern THROUGH_ENV = Pattern.compile("#!/usr/bin/env (?:-S )?(?<rest>.*)", Pattern.DOTALL);

    private final Prefix prefix;
    private final Predicate<String> inBin;

    /**
     * @param prefix where the script will run
     * @param inBin whether the prefix has a program of that name in its {@code bin}
     */
    public Shebang(Prefix prefix, Predicate<String> inBin) {
        this.prefix = prefix;
        this.inBin = inBin;
    }

    /** Whether a content, between two indexes of an array, could need mending, judged by no more than its first bytes. */
    public static boolean concerns(byte[] bytes, int from, int to) {
        return to - from > 2 && bytes[from] == '#' && bytes[from + 1] == '!';
    }

    /** Whether a script's first line may be one that {@link #mend} made because another was too long here. */
    public boolean mayHaveMended(byte[] script, int from, int to) {
        int end = from;
        while (end < to && end - from <= MOST_BYTES && script[end] != '\n') {
            end++;
        }
        Matcher env = THROUGH_ENV.matcher(new String(script, from, end - from, StandardCharsets.ISO_8859_1));
        return env.matches() && (("#!" + bin() + env.group("rest")).length() > MOST_BYTES || hasBlank(bin()));
    }

    /** The script with a first line that runs, or nothing where it has one already. */
    public Optional<byte[]> mend(byte[] script) {
        int end = 0;
        while (end < script.length && script[end] != '\n') {
            end++;
        }
        // ISO-8859-1 keeps every byte as it is
        String line = new String(script, 0, end, StandardCharsets.ISO_8859_1);
        Optional<String> mended = mendedLine(line);
        return mended.isEmpty() ? Optional.empty() : Optional.of(withFirstLine(script, end, mended.get()));
    }

    private Optional<String> mendedLine(String line) {
        Matcher env = ENV_WITH_OPTIONS.matcher(line);
        if (env.matches()) {
            return Optional.of(
                    runnable(env.group("name"), " " + env.group("rest").stripTrailing()));
        }
        String interpreter = line.startsWith("#!") ? line.substring(2).stripLeading() : "";
        boolean runs = line.length() <= MOST_BYTES && !hasBlank(bin());
        if (runs || !interpreter.startsWith(bin())) {
            return Optional.empty();
        }
        Matcher ours = NAME_AND_REST.matcher(interpreter.substring(bin().length()));
        if (!ours.matches()) {
            return Optional.empty(); // env(1) finds names only
        }
        String rest = ours.group("rest") == null ? "" : ours.group("rest").stripTrailing();
        return Optional.of(throughEnv(ours.group("name"), rest.isEmpty() ? "" : " " + rest));
    }

    private String runnable(String name, String rest) {
        String direct = "#!" + bin() + name + rest;
        boolean runs = direct.length() <= MOST_BYTES && !hasBlank(bin());
        return runs && inBin.test(name) ? direct : throughEnv(name, rest);
    }

    private String bin() {
        return new String(prefix.bytes(), StandardCharsets.ISO_8859_1) + "/bin/";
    }

    private static boolean hasBlank(String path) {
        return path.chars().anyMatch(c -> c == ' ' || c == '\t' || c == '\n');
    }

    private static String throughEnv(String name, String rest) {
        return "#!/usr/bin/env " + (rest.isEmpty() ? name : "-S " + name + rest);
    }

    private static byte[] withFirstLine(byte[] script, int end, String line) {
        byte[] first = line.getBytes(StandardCharsets.ISO_8859_1);
        byte[] mended = new byte[first.length + script.length - end];
        System.arraycopy(first, 0, mended, 0, first.length);
        System.arraycopy(script, end, mended, first.length, script.length - end);
        return mended;
    }
}
