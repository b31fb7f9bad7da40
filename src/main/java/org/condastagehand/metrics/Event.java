package org.condastagehand.metrics;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of the journal: {@code stage VERDICT SOURCE HUNDREDTHS} or {@code strike VERDICT none HUNDREDTHS}, as libexec/observe
 * writes it.
 *
 * @param hundredths of a second that it took
 */
record Event(String kind, String verdict, String source, long hundredths) {
    /** What a staged environment can come from. */
    static final List<String> SOURCES = List.of("archive", "prefix", "image", "cache");

    static final String STAGE = "stage";
    static final String STRIKE = "strike";
    static final String STAGED = "staged";

    private static final Pattern LINE = Pattern.compile(
            "(?<kind>stage|strike) (?<verdict>[a-z]{1,20}) (?<source>[a-z]{1,20}) (?<hundredths>[0-9]{1,9})");

    private static final List<String> STAGES = List.of(
            "stage staged archive",
            "stage staged prefix",
            "stage staged image",
            "stage staged cache",
            "stage fallback none",
            "stage failed none",
            "stage requeued none",
            "strike struck none",
            "strike left none");

    /** Empty for what no hook writes. */
    static Optional<Event> of(String line) {
        Matcher found = LINE.matcher(line);
        if (!found.matches()) {
            return Optional.empty();
        }
        Event event = new Event(
                found.group("kind"),
                found.group("verdict"),
                found.group("source"),
                Long.parseLong(found.group("hundredths")));
        return Optional.of(event).filter(it -> STAGES.contains(it.name()));
    }

    /** All that can happen. */
    static List<String> names() {
        return STAGES;
    }

    /** What happened, without its time. */
    String name() {
        return kind + " " + verdict + " " + source;
    }
}
