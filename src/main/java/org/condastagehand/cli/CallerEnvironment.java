package org.condastagehand.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The caller's variables. The start script puts aside what would disturb our JVM, {@code LD_LIBRARY_PATH} or
 * {@code JAVA_TOOL_OPTIONS} for example; a job gets them back as they were.
 */
final class CallerEnvironment {
    private static final String SAVED = "CONDA_STAGEHAND_SAVED_";

    /** What a shell would drop or change, bash's functions first of all; one a line, a line end within it as \\001. */
    private static final String FUNCTIONS = SAVED + "FUNCTIONS";

    /** What the start script sets for our JVM alone; the caller's own value, if any, is among what was put aside. */
    private static final Set<String> OURS = Set.of("LC_ALL", "MALLOC_ARENA_MAX");

    private CallerEnvironment() {}

    static Map<String, String> restored(Map<String, String> ours) {
        Map<String, String> environment = new HashMap<>(ours);
        restore(environment);
        return environment;
    }

    /** Undoes in place what the start script did. What it did not touch keeps its bytes, whatever their encoding. */
    static void restore(Map<String, String> environment) {
        if (environment.keySet().stream().anyMatch(name -> name.startsWith(SAVED)) || isOurLocale(environment)) {
            environment.keySet().removeAll(OURS);
        }
        for (Map.Entry<String, String> entry : Map.copyOf(environment).entrySet()) {
            if (entry.getKey().equals(FUNCTIONS)) {
                restoreFunctions(environment, entry.getValue());
            } else if (entry.getKey().startsWith(SAVED)) {
                environment.put(entry.getKey().substring(SAVED.length()), entry.getValue());
            }
        }
        environment.keySet().removeIf(name -> name.startsWith(SAVED));
    }

    /** The start script always sets this one; where the caller had it too, it is among what was put aside. */
    private static boolean isOurLocale(Map<String, String> environment) {
        return "C.UTF-8".equals(environment.get("LC_ALL"));
    }

    private static void restoreFunctions(Map<String, String> environment, String lines) {
        for (String line : lines.split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                environment.put(
                        line.substring(0, equals), line.substring(equals + 1).replace('\001', '\n'));
            }
        }
    }
}
