package org.condastagehand.setup;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.condastagehand.host.StagingException;

/** The three hooks of one queue as they are now. */
final class QueueHooks {
    private final String queue;
    private final boolean interactive;
    private final Map<QueueHook, QueueValue> values = new EnumMap<>(QueueHook.class);

    private QueueHooks(String queue, boolean interactive) {
        this.queue = queue;
        this.interactive = interactive;
    }

    static QueueHooks read(String queue, Qconf qconf) throws StagingException {
        Attributes attributes = qconf.queue(queue);
        QueueHooks hooks =
                new QueueHooks(queue, attributes.value("qtype").orElse("").contains("INTERACTIVE"));
        for (QueueHook hook : QueueHook.values()) {
            hooks.values.put(
                    hook, QueueValue.parse(attributes.value(hook.attribute()).orElse(QueueHook.NONE)));
        }
        return hooks;
    }

    String queue() {
        return queue;
    }

    /** Whether the queue, on some host at least, takes qrsh and qlogin. */
    boolean isInteractive() {
        return interactive;
    }

    QueueValue value(QueueHook hook) {
        return values.getOrDefault(hook, new QueueValue(QueueHook.NONE, List.of()));
    }

    /** Whether the queue, or it on single hosts, has a hook of this tree. */
    boolean uses(Path tree) {
        return values.entrySet().stream()
                .anyMatch(entry -> entry.getKey().isIn(tree, entry.getValue().common())
                        || entry.getValue().overrides().stream()
                                .anyMatch(some -> entry.getKey().isIn(tree, some.value())));
    }

    /** The change to these values; absent when they are there already. */
    Optional<Change> changeTo(Map<QueueHook, String> wanted, Qconf qconf) {
        Map<String, String> before = new LinkedHashMap<>();
        Map<String, String> after = new LinkedHashMap<>();
        wanted.forEach((hook, value) -> {
            if (!value(hook).common().equals(value)) {
                before.put(hook.attribute(), value(hook).common());
                after.put(hook.attribute(), value);
            }
        });
        List<String> lines = after.entrySet().stream()
                .map(entry -> "queue `" + queue + "`: " + entry.getKey() + " `" + before.get(entry.getKey()) + "` -> `"
                        + entry.getValue() + "`")
                .toList();
        return after.isEmpty()
                ? Optional.empty()
                : Optional.of(new Change(
                        lines, () -> qconf.changeQueue(queue, after), () -> qconf.changeQueue(queue, before)));
    }
}
