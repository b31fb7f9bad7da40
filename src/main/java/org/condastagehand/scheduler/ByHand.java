package org.condastagehand.scheduler;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Host;

/** What a job script does itself that staging does for it: lines that people wrote before they had it. */
public final class ByHand {
    /**
     * A command that tells it.
     *
     * @param always whether it tells that by itself, or only beside one that does
     */
    private record Step(Pattern command, String does, boolean always) {
        static Step of(String command, String does, boolean always) {
            return new Step(Pattern.compile("(?:^|[\\s;&|(/`\"'])" + command + "(?=$|[\\s;&|)`\"'])"), does, always);
        }

        boolean isIn(String line) {
            return !line.startsWith("#") && command.matcher(line).find();
        }
    }

    private static final List<Step> STEPS = List.of(
            Step.of("conda[- ]pack", "packs the environment", true),
            Step.of("conda-unpack", "relocates a copy", true),
            Step.of("conda-stage", "stages with the conda-stage tool", true),
            Step.of("tar\\s.*x.*\\.(?:tar|t[gxb]z|tzst)\\S*", "unpacks an archive", false),
            Step.of("trap\\s.*rm", "deletes the copy, unless the job is killed", false));

    private ByHand() {}

    /** A line for each, what it is and where; a word in a text that no shell runs may be taken for a command. */
    public static List<String> in(Path path, Host host) throws BadRequest {
        JobScript script = JobScript.read(host.directory().resolve(path), path.toString());
        List<String> lines = script.lines().stream().map(String::strip).toList();
        boolean sure = STEPS.stream().filter(Step::always).anyMatch(step -> lines.stream()
                .anyMatch(step::isIn));
        List<String> found = new ArrayList<>();
        for (int line = 0; sure && line < lines.size(); line++) {
            String text = lines.get(line);
            String where = script.where(line + 1);
            STEPS.stream()
                    .filter(step -> step.isIn(text))
                    .findFirst()
                    .ifPresent(step -> found.add(where + " " + step.does()));
        }
        return found;
    }
}
