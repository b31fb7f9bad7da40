package org.condastagehand.setup;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The text of one slurm.conf, read as Slurm 22.05 reads it and changed without touching any other byte.
 *
 * <p>A line may go on after a backslash, what follows {@code #} is a comment, keys are of any case, a value may stand
 * between double quotes. Each line has one key; only those of nodes and partitions have more, and the first names them.
 */
final class SlurmConf {
    private static final Pattern PHYSICAL = Pattern.compile("[^\\n]*\\n|[^\\n]+$");
    private static final Pattern COMMENT = Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*#.*");
    private static final Pattern GOES_ON = Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*\\\\$");
    private static final Pattern SETTING = Pattern.compile(
            "\\s*(?<key>[A-Za-z0-9_.]+)\\s*=\\s*(?:\"(?<quoted>[^\"]*)\"|(?<bare>\\S+)).*", Pattern.DOTALL);
    private static final Pattern INCLUDE =
            Pattern.compile("\\s*include\\s+(?<file>\\S.*?)\\s*", Pattern.CASE_INSENSITIVE);

    /**
     * One line, or several joined by backslashes.
     *
     * @param number of its first line, from 1
     * @param raw as it stands in the file, line ends too
     * @param content without comments, line ends and backslashes
     */
    record Line(int number, String raw, String content) {
        /** In lower case. */
        Optional<String> key() {
            return setting().map(setting -> setting.group("key").toLowerCase(Locale.ROOT));
        }

        boolean has(String key) {
            return key().filter(key.toLowerCase(Locale.ROOT)::equals).isPresent();
        }

        String value() {
            return setting()
                    .map(setting -> setting.group("quoted") == null ? setting.group("bare") : setting.group("quoted"))
                    .orElse("");
        }

        /** The file that stands here to be included. */
        Optional<String> include() {
            Matcher include = INCLUDE.matcher(content);
            return include.matches() ? Optional.of(include.group("file")) : Optional.empty();
        }

        private Optional<Matcher> setting() {
            Matcher setting = SETTING.matcher(content);
            return setting.matches() ? Optional.of(setting) : Optional.empty();
        }

        /** The same line with another value; its comment stays where it stands behind the value. */
        private Line with(String key, String value) {
            Matcher setting = SETTING.matcher(raw);
            String now = key + "=" + value + lineEnd();
            if (raw.length() - raw.replace("\n", "").length() <= 1 && setting.matches()) { // not joined of several
                int quoted = setting.start("quoted");
                int from = quoted < 0 ? setting.start("bare") : quoted - 1;
                int until = quoted < 0 ? from + value().length() : setting.end("quoted") + 1;
                now = raw.substring(0, from) + value + raw.substring(until);
            }
            return new Line(number, now, key + "=" + value);
        }

        private String lineEnd() {
            return raw.endsWith("\r\n") ? "\r\n" : raw.endsWith("\n") ? "\n" : "";
        }

        private boolean isWhole() {
            return raw.endsWith("\n");
        }
    }

    private final List<Line> lines;

    private SlurmConf(List<Line> lines) {
        this.lines = List.copyOf(lines);
    }

    static SlurmConf parse(String text) {
        List<Line> lines = new ArrayList<>();
        StringBuilder raw = new StringBuilder();
        StringBuilder content = new StringBuilder();
        int number = 1;
        int first = 1;
        Matcher physical = PHYSICAL.matcher(text);
        while (physical.find()) {
            raw.append(physical.group());
            String part = COMMENT.matcher(physical.group().replaceFirst("[\\r\\n]+$", ""))
                    .replaceFirst("");
            boolean goesOn = GOES_ON.matcher(part).find();
            content.append(goesOn ? part.substring(0, part.length() - 1) : part);
            number++;
            if (!goesOn) {
                lines.add(new Line(first, raw.toString(), content.toString()));
                raw.setLength(0);
                content.setLength(0);
                first = number;
            }
        }
        if (raw.length() > 0) {
            lines.add(new Line(first, raw.toString(), content.toString()));
        }
        return new SlurmConf(lines);
    }

    List<Line> lines() {
        return lines;
    }

    /** All lines of that key, the one that counts last. */
    List<Line> lines(String key) {
        return lines.stream().filter(line -> line.has(key)).toList();
    }

    String text() {
        return lines.stream().map(Line::raw).collect(Collectors.joining());
    }

    /** With that value in the line that counts. */
    SlurmConf with(String key, String value) {
        return edited(key, line -> line.with(key, value));
    }

    /** With those bytes in place of the line that counts; none take it away. */
    SlurmConf withRaw(String key, String raw) {
        return edited(key, line -> new Line(line.number(), raw, ""));
    }

    /** With these lines below {@code header}, which is added at the end unless it is there. */
    SlurmConf with(String header, List<String> added) {
        if (added.isEmpty()) {
            return this;
        }
        String block = added.stream().map(line -> line + "\n").collect(Collectors.joining());
        List<Line> now = new ArrayList<>(lines);
        for (int at = 0; at < now.size(); at++) {
            if (now.get(at).raw().equals(header + "\n")) {
                now.add(at + 1, new Line(0, block, ""));
                return parse(new SlurmConf(now).text());
            }
        }
        // Before a last line without its end: the way back would not know that there was none.
        boolean whole = now.isEmpty() || now.get(now.size() - 1).isWhole();
        now.add(whole ? now.size() : now.size() - 1, new Line(0, header + "\n" + block, ""));
        return parse(new SlurmConf(now).text());
    }

    /** Without that line of comment. */
    SlurmConf without(String header) {
        return new SlurmConf(
                lines.stream().filter(line -> !line.raw().equals(header + "\n")).toList());
    }

    private SlurmConf edited(String key, UnaryOperator<Line> edit) {
        List<Line> now = new ArrayList<>(lines);
        for (int at = now.size() - 1; at >= 0; at--) {
            if (now.get(at).has(key)) {
                now.set(at, edit.apply(now.get(at)));
                return parse(new SlurmConf(now).text());
            }
        }
        return this;
    }
}
