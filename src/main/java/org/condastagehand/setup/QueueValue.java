package org.condastagehand.setup;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of a queue's attribute, as {@code qconf -sq} prints it: {@code NONE,[@old=/a b],[n1=/x]}.
 *
 * @param common what holds for every host that is not named
 */
record QueueValue(String common, List<ForHosts> overrides) {
    /** @param hosts a host, or a host group with its {@code @} */
    record ForHosts(String hosts, String value) {}

    private static final Pattern OVERRIDE = Pattern.compile(",\\[(?<hosts>[^\\[\\]=,]+)=");

    QueueValue {
        overrides = List.copyOf(overrides);
    }

    boolean isNone() {
        return isNone(common);
    }

    static boolean isNone(String value) {
        return value.equalsIgnoreCase(QueueHook.NONE);
    }

    static QueueValue parse(String text) {
        Matcher override = OVERRIDE.matcher(text);
        List<ForHosts> overrides = new ArrayList<>();
        String common = text;
        for (boolean found = override.find(); found; ) {
            String hosts = override.group("hosts");
            int from = override.end();
            common = overrides.isEmpty() ? text.substring(0, override.start()) : common;
            found = override.find();
            int end = found ? override.start() : text.length();
            overrides.add(new ForHosts(hosts, text.substring(from, end).replaceFirst("]$", "")));
        }
        return new QueueValue(common, overrides);
    }
}
