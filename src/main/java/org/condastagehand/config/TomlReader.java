package org.condastagehand.config;

import com.moandjiezana.toml.Toml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.condastagehand.config.TomlScan.Problem;
import org.condastagehand.host.Causes;

/**
 * One TOML file. A getter that meets a bad value notes the problem and answers as if the key were absent, so that
 * {@link #complaint} can name all problems of a file at once; call it after the last getter, for it takes every key that
 * was not asked for as unknown.
 */
final class TomlReader {
    static final int LIMIT = 64 * 1024;
    private static final int MOST_PROBLEMS = 10;

    private final Map<String, Object> values = new TreeMap<>();
    private final Map<String, Integer> lines;
    private final List<Problem> problems = new ArrayList<>();
    private final Set<String> asked = new LinkedHashSet<>();

    private TomlReader(TomlScan scan) {
        lines = scan.lines();
        problems.addAll(scan.problems());
        try {
            new Toml().read(scan.clean()).toMap().forEach((key, value) -> values.put(unquoted(key), value));
        } catch (RuntimeException | StackOverflowError e) {
            problem(0, Causes.oneLine(e));
        }
    }

    /** Reads a file of at most {@value #LIMIT} bytes; a longer one is a problem, not an exception. */
    static TomlReader read(Path file, OpenOption... options) throws IOException {
        try (InputStream in = Files.newInputStream(file, options)) {
            return of(in.readNBytes(LIMIT + 1));
        }
    }

    static TomlReader of(byte[] bytes) {
        if (bytes.length > LIMIT) {
            return failed(0, "longer than " + LIMIT / 1024 + " KiB");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        if (StandardCharsets.UTF_8.newDecoder().decode(in, out, true).isError()) {
            String before = new String(bytes, 0, in.position(), StandardCharsets.UTF_8);
            return failed((int) before.chars().filter(c -> c == '\n').count() + 1, "not UTF-8");
        }
        return new TomlReader(TomlScan.of(out.flip().toString()));
    }

    private static TomlReader failed(int line, String text) {
        TomlReader empty = new TomlReader(TomlScan.of(""));
        empty.problem(line, text);
        return empty;
    }

    /** A text that the parser accepts; what it throws as {@link IllegalArgumentException} becomes the problem. */
    <T> Optional<T> text(String key, Function<String, T> parser) {
        return value(key, String.class, "a text in quotes", parser);
    }

    Optional<Boolean> bool(String key) {
        return value(key, Boolean.class, "`true` or `false`", Function.identity());
    }

    Optional<Integer> integer(String key, int least, int most) {
        String wanted = "a whole number from " + least + " to " + most;
        return value(key, Long.class, wanted, number -> {
            if (number < least || number > most) {
                throw new IllegalArgumentException("must be " + wanted + ", got " + Shown.of(number));
            }
            return number.intValue();
        });
    }

    /** Bytes. */
    Optional<Long> size(String key) {
        return text(key, Units::size);
    }

    Optional<Duration> duration(String key) {
        return text(key, Units::duration);
    }

    /** A list of texts, or one text as a list of one. */
    Optional<List<String>> texts(String key) {
        String wanted = "a text in quotes or a list of them";
        return value(key, Object.class, wanted, value -> {
            List<?> list = value instanceof List<?> many ? many : List.of(value);
            return list.stream().map(item -> expect(String.class, item, wanted)).toList();
        });
    }

    /** Every key of a table with its text; an absent table is an empty one. */
    <T> Map<String, T> table(String name, Function<String, T> parser) {
        Map<?, ?> table = value(name, Map.class, "a table, written as `[" + name + "]`", Function.identity())
                .orElse(Map.of());
        Map<String, T> entries = new TreeMap<>();
        table.forEach((key, written) -> {
            String entry = unquoted((String) key);
            checked(name + "." + entry, () -> parser.apply(expect(String.class, written, "a text in quotes")))
                    .ifPresent(value -> entries.put(entry, value));
        });
        return entries;
    }

    /** A table that has no other keys than these; any other is a problem. */
    Section section(String name, Set<String> known) {
        Map<?, ?> table = value(name, Map.class, "a table, written as `[" + name + "]`", Function.identity())
                .orElse(Map.of());
        Map<String, Object> entries = new TreeMap<>();
        table.forEach((written, value) -> {
            String key = unquoted((String) written);
            if (known.contains(key)) {
                entries.put(key, value);
            } else {
                reject(name + "." + key, "unknown key" + suggestion(key, known));
            }
        });
        return new Section(name, entries);
    }

    /** Getters as those of the file. */
    final class Section {
        private final String name;
        private final Map<String, Object> entries;

        private Section(String name, Map<String, Object> entries) {
            this.name = name;
            this.entries = entries;
        }

        Optional<Boolean> bool(String key) {
            return get(key, Boolean.class, "`true` or `false`", Function.identity());
        }

        <T> Optional<T> text(String key, Function<String, T> parser) {
            return get(key, String.class, "a text in quotes", parser);
        }

        Optional<Long> size(String key) {
            return text(key, Units::size);
        }

        Optional<Duration> duration(String key) {
            return text(key, Units::duration);
        }

        private <V, T> Optional<T> get(String key, Class<V> type, String wanted, Function<V, T> parser) {
            Object written = entries.get(key);
            return written == null
                    ? Optional.empty()
                    : checked(name + "." + key, () -> parser.apply(expect(type, written, wanted)));
        }
    }

    /** Whether {@code key} or {@code table.key} stands in the file, with whatever value. */
    boolean has(String key) {
        return values.containsKey(key) || lines.containsKey(key);
    }

    /** Notes that the value of a key is bad for a reason that no getter could know. */
    void reject(String key, String reason) {
        problem(lines.getOrDefault(key, 0), Shown.cut(key) + ": " + reason);
    }

    /** All problems in one line, by their place in the file; absent when there is none. */
    Optional<String> complaint() {
        values.keySet().stream().filter(key -> !asked.contains(key)).forEach(this::rejectUnknown);
        values.keySet().retainAll(asked);
        String first = problems.stream()
                .sorted(Comparator.comparingInt(Problem::line))
                .limit(MOST_PROBLEMS)
                .map(Problem::toString)
                .collect(Collectors.joining("; "));
        int more = problems.size() - MOST_PROBLEMS;
        return first.isEmpty() ? Optional.empty() : Optional.of(more > 0 ? first + "; and " + more + " more" : first);
    }

    private void rejectUnknown(String key) {
        String kind = values.get(key) instanceof Map ? "unknown table" : "unknown key";
        reject(key, kind + suggestion(key, asked));
    }

    private static String suggestion(String key, Set<String> known) {
        return Spelling.closest(key, known)
                .map(other -> ", did you mean `" + other + "`?")
                .orElse(", known are " + known.stream().sorted().map(Shown::of).collect(Collectors.joining(" ")));
    }

    private <V, T> Optional<T> value(String key, Class<V> type, String wanted, Function<V, T> parser) {
        asked.add(key);
        Object written = values.get(key);
        return written == null ? Optional.empty() : checked(key, () -> parser.apply(expect(type, written, wanted)));
    }

    /** What the parser makes of a part of the value; what it throws as in {@link #text} is a problem of the key. */
    <T> Optional<T> checked(String key, Supplier<T> parser) {
        try {
            return Optional.of(parser.get());
        } catch (IllegalArgumentException e) {
            reject(key, Causes.oneLine(e));
            return Optional.empty();
        }
    }

    private static <V> V expect(Class<V> type, Object written, String wanted) {
        if (!type.isInstance(written)) {
            throw new IllegalArgumentException("must be " + wanted + ", got " + Shown.of(written));
        }
        return type.cast(written);
    }

    private void problem(int line, String text) {
        problems.add(new Problem(line, text));
    }

    /** TOML4J leaves the quotes of a quoted key on it. */
    private static String unquoted(String key) {
        return key.length() > 1 && key.startsWith("\"") ? key.substring(1, key.length() - 1) : key;
    }
}
