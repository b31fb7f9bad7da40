package org.condastagehand.resolve;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code envs_dirs}, or {@code envs_path} as conda also calls it, from the text of a condarc, and nothing else: a
 * block list, a flow list or one scalar. What it cannot make sense of is passed over; conda itself is there to complain.
 */
final class CondaRc {
    private static final Pattern KEY = Pattern.compile("\\x{FEFF}?([\"']?)envs_(?:dirs|path)\\1\\s*:(\\s.*)?");
    private static final Pattern ITEM = Pattern.compile("\\s*-(\\s.*)?");

    private CondaRc() {}

    /** The directories as they are written, in order. */
    static List<String> envsDirs(String text) {
        List<String> lines = text.lines().toList();
        for (int line = 0; line < lines.size(); line++) {
            Matcher key = KEY.matcher(lines.get(line));
            if (key.matches()) {
                return named(value(rest(key, 2), lines.subList(line + 1, lines.size())));
            }
        }
        return List.of();
    }

    private static List<String> value(String value, List<String> following) {
        if (value.isEmpty()) {
            return blockList(following);
        }
        return value.startsWith("[")
                ? new YamlScalars(value + "\n" + String.join("\n", following)).flowList()
                : List.of(new YamlScalars(value).scalar(""));
    }

    private static List<String> blockList(List<String> lines) {
        List<String> items = new ArrayList<>();
        for (String line : lines) {
            Matcher item = ITEM.matcher(line);
            if (item.matches()) {
                items.add(new YamlScalars(rest(item, 1)).scalar(""));
            } else if (!withoutComment(line).isEmpty()) {
                break;
            }
        }
        return items;
    }

    private static String rest(Matcher matcher, int group) {
        return matcher.group(group) == null ? "" : withoutComment(matcher.group(group));
    }

    private static String withoutComment(String text) {
        return text.strip().startsWith("#") ? "" : text.strip();
    }

    /** In YAML a lone tilde is null. */
    private static List<String> named(List<String> items) {
        return items.stream()
                .filter(Predicate.not(String::isBlank))
                .filter(item -> !item.equals("~") && !item.equals("null"))
                .toList();
    }
}
