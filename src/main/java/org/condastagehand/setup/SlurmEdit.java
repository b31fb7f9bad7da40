package org.condastagehand.setup;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The edit of a slurm.conf on its way there or back. What it takes to come back to the byte stands in {@code hooks.conf}:
 * {@code slurm_before.prolog}, the line that was there (nothing, if none was), and {@code slurm_after.prolog}, our value.
 */
final class SlurmEdit {
    private static final String BEFORE = "slurm_before.";
    private static final String AFTER = "slurm_after.";

    private final String header;
    private final List<String> done = new ArrayList<>();
    private final List<String> added = new ArrayList<>();
    private SlurmConf text;
    private HooksConf conf;

    /** @param header the comment above lines that are added */
    SlurmEdit(String header, SlurmConf text, HooksConf conf) {
        this.header = header;
        this.text = text;
        this.conf = conf;
    }

    /** Gives the key this value, and keeps what was there unless that is ours too. */
    void set(String key, String value) {
        Optional<SlurmConf.Line> line = line(key);
        String was = line.map(SlurmConf.Line::value).orElse("");
        if (line.isPresent() && was.equals(value)) {
            return;
        }
        if (!conf.value(after(key)).equals(Optional.of(was))) {
            conf = conf.with(
                    before(key),
                    Optional.of(escaped(line.map(SlurmConf.Line::raw).orElse(""))));
        }
        conf = conf.with(after(key), Optional.of(value));
        if (line.isPresent()) {
            text = text.with(key, value);
        } else {
            added.add(key + "=" + value);
        }
        done.add(key + (line.isPresent() ? " `" + was + "`" : ": none") + " -> `" + value + "`");
    }

    /** Brings back what was there before {@link #set}; where that is not known, {@code otherwise}. */
    void restore(String key, Optional<String> otherwise) {
        Optional<SlurmConf.Line> line = line(key);
        if (line.isPresent()) {
            String raw = conf.value(before(key)).map(SlurmEdit::unescaped).orElseGet(() -> otherwise
                    .map(value -> key + "=" + value + "\n")
                    .orElse(""));
            text = text.withRaw(key, raw);
            String now = SlurmConf.parse(raw).lines(key).stream()
                    .findFirst()
                    .map(back -> " -> `" + back.value() + "`")
                    .orElse(": taken out");
            done.add(key + " `" + line.get().value() + "`" + now);
        }
        forget(key);
    }

    /** Whether the value is the one that {@link #set} has put there. */
    boolean isOurs(String key) {
        return line(key)
                .filter(line -> conf.value(after(key)).equals(Optional.of(line.value())))
                .isPresent();
    }

    boolean isRecorded(String key) {
        return conf.value(after(key)).isPresent();
    }

    void forget(String key) {
        conf = conf.with(before(key), Optional.empty()).with(after(key), Optional.empty());
    }

    SlurmConf text() {
        return text.with(header, added);
    }

    SlurmConf textWithoutHeader() {
        return text.without(header);
    }

    HooksConf conf() {
        return conf;
    }

    /** What changes, a line for each key. */
    List<String> done() {
        return List.copyOf(done);
    }

    private Optional<SlurmConf.Line> line(String key) {
        List<SlurmConf.Line> lines = text.lines(key);
        return lines.isEmpty() ? Optional.empty() : Optional.of(lines.get(lines.size() - 1));
    }

    private static String before(String key) {
        return BEFORE + key.toLowerCase(Locale.ROOT);
    }

    private static String after(String key) {
        return AFTER + key.toLowerCase(Locale.ROOT);
    }

    private static String escaped(String raw) {
        return raw.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }

    private static String unescaped(String text) {
        StringBuilder raw = new StringBuilder();
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length()) {
                at++;
                c = switch (text.charAt(at)) {
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    default -> text.charAt(at);
                };
            }
            raw.append(c);
        }
        return raw.toString();
    }
}
