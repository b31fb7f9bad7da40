package org.condastagehand.setup;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What Slurm is configured with now, by key; a key that is not there has Slurm's default. */
final class SlurmValues {
    private final Map<String, String> values;

    private SlurmValues(Map<String, String> values) {
        this.values = values;
    }

    /** Slurm's defaults. */
    static SlurmValues defaults() {
        return new SlurmValues(Map.of());
    }

    /** Of a slurm.conf: of a key that stands there twice, the last one. */
    static SlurmValues of(List<SlurmConf.Line> lines) {
        Map<String, String> values = new HashMap<>();
        for (SlurmConf.Line line : lines) {
            line.key().ifPresent(key -> put(values, key, line.value()));
        }
        return new SlurmValues(values);
    }

    /** Of what {@code scontrol show config} prints. Newer Slurm numbers its prologs: {@code Prolog[0]}. */
    static SlurmValues shown(String text) {
        Map<String, String> values = new HashMap<>();
        text.lines()
                .map(line -> line.split("\\s+= ?", 2))
                .filter(words -> words.length == 2)
                .forEach(words -> put(
                        values,
                        words[0].toLowerCase(Locale.ROOT).replace("[0]", ""),
                        words[1].strip().replaceFirst(" sec$", "")));
        values.remove("prologepilogtimeout", "65534"); // how it says that there is none
        return new SlurmValues(values);
    }

    private static void put(Map<String, String> values, String key, String value) {
        if (value.isEmpty() || value.equals("(null)")) {
            values.remove(key);
        } else {
            values.put(key, value);
        }
    }

    Optional<String> value(String key) {
        return Optional.ofNullable(values.get(key.toLowerCase(Locale.ROOT)));
    }
}
