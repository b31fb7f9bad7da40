package org.condastagehand.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules of Prometheus' text format, and those that {@code promtool check metrics} adds. */
final class PrometheusText {
    private static final Pattern SAMPLE = Pattern.compile(
            "(?<name>[a-z_]+)(?<labels>\\{[a-z]+=\"[^\"\\\\]*\"(,[a-z]+=\"[^\"\\\\]*\")*})? (?<value>[0-9]+([.][0-9]+)?)");

    private PrometheusText() {}

    static void check(List<String> lines) {
        Map<String, String> types = new HashMap<>();
        Set<String> series = new HashSet<>();
        String family = "";
        String help = "";
        for (String line : lines) {
            if (line.startsWith("# HELP ")) {
                help = line.split(" ", 4)[2];
                assertThat(line.split(" ", 4)).hasSize(4);
            } else if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ", -1);
                family = words[2];
                assertThat(family).isEqualTo(help);
                assertThat(types.put(family, words[3])).as("twice: " + family).isNull();
                assertThat(words[3].equals("counter")).isEqualTo(family.endsWith("_total"));
            } else {
                Matcher sample = SAMPLE.matcher(line);
                assertThat(sample.matches()).as(line).isTrue();
                assertThat(series.add(sample.group("name") + sample.group("labels")))
                        .as("twice: " + line)
                        .isTrue();
                String name = "histogram".equals(types.get(family))
                        ? sample.group("name").replaceFirst("_(bucket|sum|count)$", "")
                        : sample.group("name");
                assertThat(name).isEqualTo(family);
            }
        }
        assertThat(types).hasSizeGreaterThan(8);
    }
}
