package org.condastagehand.activate;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.condastagehand.host.Report;

/**
 * The variables that an environment brings: its packages' ({@code etc/conda/env_vars.d/*.json}) and over them its
 * user's ({@code conda-meta/state}, written by {@code conda env config vars set}).
 */
record EnvVariables(Map<String, String> values) {
    // `conda env config vars unset` writes this; conda then leaves the name alone, also where a package sets it.
    private static final String UNSET = "***unset***";
    // Linux refuses to start any program with a single variable of 128 KiB, or with 2 MiB of them.
    private static final int LONGEST = 100_000;
    private static final int TOGETHER = 400_000;

    EnvVariables {
        values = new TreeMap<>(values);
    }

    static EnvVariables read(Path prefix, List<String> notes) {
        Map<String, JsonElement> found = new LinkedHashMap<>();
        for (Path file : Entries.of(prefix.resolve("etc/conda/env_vars.d"), notes)) {
            found.putAll(JsonFile.object(file, notes).asMap());
        }
        JsonElement state =
                JsonFile.object(prefix.resolve("conda-meta/state"), notes).get("env_vars");
        if (state != null && state.isJsonObject()) {
            found.putAll(state.getAsJsonObject().asMap());
        }
        return usable(found, notes);
    }

    List<String> exports(Shell shell) {
        return values.entrySet().stream()
                .map(variable -> shell.export(variable.getKey(), variable.getValue()))
                .toList();
    }

    private static EnvVariables usable(Map<String, JsonElement> found, List<String> notes) {
        Map<String, String> usable = new TreeMap<>();
        int room = TOGETHER;
        for (Map.Entry<String, JsonElement> variable : found.entrySet()) {
            String objection = objection(variable.getKey(), variable.getValue(), room);
            if (!objection.isEmpty()) {
                notes.add(
                        "the environment's variable `" + printable(variable.getKey()) + "` is left out: " + objection);
            } else if (!variable.getValue().getAsString().equals(UNSET)) {
                usable.put(variable.getKey(), variable.getValue().getAsString());
                room -= size(variable.getKey()) + size(variable.getValue().getAsString());
            }
        }
        return new EnvVariables(usable);
    }

    private static String objection(String name, JsonElement value, int room) {
        if (!VariableName.mayBeSet(name)) {
            return "no name that an environment may set";
        }
        if (!(value instanceof JsonPrimitive text) || text.isBoolean()) {
            return "its value is no text";
        }
        if (text.getAsString().indexOf('\0') >= 0
                || !StandardCharsets.UTF_8.newEncoder().canEncode(text.getAsString())) {
            return "its value cannot stand in a variable";
        }
        int size = size(name) + size(text.getAsString());
        return size > LONGEST || size > room ? "too long" : "";
    }

    private static int size(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String printable(String name) {
        String cut = name.substring(0, Math.min(name.length(), 80));
        return Report.printable(cut);
    }
}
