package org.condastagehand.metrics;

import java.time.Instant;

/** Metrics in Prometheus' text format. */
final class Exposition {
    private static final String PREFIX = "conda_stagehand_";

    private final StringBuilder text = new StringBuilder();

    /** What a node has, at the end of a sweep, and what was counted until then. */
    static String of(Totals totals, Gauges gauges, Instant now) {
        Exposition all = new Exposition();
        all.stages(totals);
        all.strikes(totals);
        all.gauges(gauges, now);
        return all.text.toString();
    }

    private void stages(Totals totals) {
        head("stages_total", "counter", "Jobs that asked root's hooks for an environment, by what became of it.");
        for (String name : Event.names()) {
            String[] words = name.split(" ", -1);
            if (words[0].equals(Event.STAGE)) {
                value("stages_total{verdict=\"" + words[1] + "\",source=\"" + words[2] + "\"}", totals.of(name));
            }
        }
        head("stage_seconds", "histogram", "What jobs have waited for until they were staged, their turn included.");
        for (String source : Event.SOURCES) {
            long count = totals.of("stage staged " + source);
            for (long bound : Totals.BOUNDS) {
                value(
                        "stage_seconds_bucket{source=\"" + source + "\",le=\"" + hundredths(bound) + "\"}",
                        totals.of(Totals.bucket(source, bound)));
            }
            value("stage_seconds_bucket{source=\"" + source + "\",le=\"+Inf\"}", count);
            value("stage_seconds_sum{source=\"" + source + "\"}", hundredths(totals.of(Totals.sum(source))));
            value("stage_seconds_count{source=\"" + source + "\"}", count);
        }
    }

    private void strikes(Totals totals) {
        head("strikes_total", "counter", "Jobs of root's hooks that were struck, or left for the next sweep.");
        for (String verdict : new String[] {"struck", "left"}) {
            value("strikes_total{verdict=\"" + verdict + "\"}", totals.of("strike " + verdict + " none"));
        }
        head("leftovers_struck_total", "counter", "What root's hooks recorded and sweeps struck, since no epilog had.");
        value("leftovers_struck_total", totals.of(Totals.LEFTOVERS));
    }

    private void gauges(Gauges gauges, Instant now) {
        gauge("jobs", "Jobs of root's hooks that may be alive.", gauges.jobs());
        gauge(
                "cache_entries",
                "Environments that stay for the next job, as their users' sweeps say.",
                gauges.entries());
        gauge("cache_bytes", "Bytes of them.", gauges.bytes());
        gauge("local_root_free_bytes", "Bytes that are free on the disk of local_root.", gauges.free());
        gauge("local_root_size_bytes", "Bytes that this disk has.", gauges.size());
        gauge(
                "last_sweep_success",
                "1 if the last sweep of root's could judge and strike all.",
                gauges.success() ? 1 : 0);
        gauge("last_sweep_timestamp_seconds", "When that was.", now.getEpochSecond());
        head("build_info", "gauge", "The version that swept.");
        value("build_info{version=\"" + gauges.version().replaceAll("[^A-Za-z0-9._+-]", "_") + "\"}", 1);
    }

    private void gauge(String name, String help, long value) {
        head(name, "gauge", help);
        value(name, value);
    }

    private void head(String name, String type, String help) {
        text.append("# HELP ")
                .append(PREFIX)
                .append(name)
                .append(' ')
                .append(help)
                .append('\n');
        text.append("# TYPE ")
                .append(PREFIX)
                .append(name)
                .append(' ')
                .append(type)
                .append('\n');
    }

    private void value(String series, long value) {
        value(series, Long.toString(value));
    }

    private void value(String series, String value) {
        text.append(PREFIX).append(series).append(' ').append(value).append('\n');
    }

    private static String hundredths(long value) {
        return value / 100 + "." + value / 10 % 10 + value % 10;
    }
}
