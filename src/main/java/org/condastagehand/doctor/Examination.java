package org.condastagehand.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.condastagehand.host.StagingException;

/** All checks, one after the other; what keeps one from its answer is its finding. */
public final class Examination {
    private final Map<String, Check> checks = new LinkedHashMap<>();

    /** @param name of what has failed if the check finds nothing */
    void add(String name, Check check) {
        checks.put(name, check);
    }

    /** Whether there is no check of these names yet. */
    boolean isEmptyOf(String... names) {
        return Stream.of(names).noneMatch(checks::containsKey);
    }

    /**
     * Looks at all.
     *
     * @param told gets each finding at once: a check may take its time
     */
    public List<Finding> carryOut(Consumer<Finding> told) {
        List<Finding> all = new ArrayList<>();
        checks.forEach((name, check) -> {
            List<Finding> findings = findings(name, check).stream()
                    .filter(finding -> isNew(finding, all))
                    .toList();
            findings.forEach(told);
            all.addAll(findings);
        });
        return all;
    }

    /** A disk that is dead is one line, whoever asks for it. */
    private static boolean isNew(Finding finding, List<Finding> all) {
        return all.stream().map(Finding::text).noneMatch(finding.text()::equals);
    }

    private static List<Finding> findings(String name, Check check) {
        try {
            return check.findings();
        } catch (StagingException e) {
            return List.of(failure(name, e));
        }
    }

    /** The failure as a finding. */
    static Finding failure(String name, StagingException e) {
        return new Finding(name, Finding.Grade.FAIL, String.valueOf(e.getMessage()), e.hint());
    }
}
