package org.condastagehand.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.NodeFault;

/**
 * {@code etc/hooks.conf} of the tree: what the hooks' shell reads, {@code key=value} on each line, taken literally from
 * the first {@code =} to the end of the line.
 *
 * <p>Set-up writes it from {@code site.toml}; the other lines, {@code next_…} for what a queue or slurm.conf had before, pass through.
 */
public final class HooksConf {
    private static final long MILLIS = 1000;

    private final Map<String, String> values;

    private HooksConf(Map<String, String> values) {
        this.values = values;
    }

    public static Path in(Path tree) {
        return tree.resolve("etc/hooks.conf");
    }

    /** The tree's file; without any line where there is none. */
    public static HooksConf read(Path tree) throws NodeFault {
        try {
            return parse(Files.readString(in(tree)));
        } catch (NoSuchFileException e) {
            return new HooksConf(Map.of());
        } catch (IOException e) {
            throw new NodeFault("cannot read `" + in(tree) + "`", e);
        }
    }

    static HooksConf parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        text.lines()
                .map(line -> line.split("=", 2))
                .filter(line -> line.length == 2)
                .forEach(line -> values.put(line[0], line[1]));
        return new HooksConf(values);
    }

    /** The same with what the site wants now. A site that keeps {@code %n} in its local root gets it into the file. */
    public HooksConf with(SiteConfig site, Path tree) {
        Map<String, String> now = new LinkedHashMap<>();
        now.put("local_root", site.localRoot().toString());
        now.put("java", tree.resolve("lib/runtime/bin/java").toString());
        now.put("stage_timeout", seconds(site.stageTimeout().toMillis()));
        now.put("max_concurrent", Integer.toString(site.maxConcurrent()));
        now.put("epilog_wait", seconds(site.epilogWait().toMillis()));
        now.put("toml_requests", Boolean.toString(site.tomlRequests()));
        now.put("min_uid", Integer.toString(site.minUid()));
        now.put("slurm_set_tmpdir", Boolean.toString(site.slurm().setTmpdir()));
        now.put("images", site.cache().mounts().toString());
        now.put("sge_qstat", Boolean.toString(site.sge().qstat()));
        now.put("syslog", Boolean.toString(site.told().syslog()));
        now.put("metrics", Boolean.toString(site.told().textfile().isPresent()));
        new TreeMap<>(values).forEach(now::putIfAbsent);
        return new HooksConf(now);
    }

    public Optional<String> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** What this says otherwise, a line each: {@code key=value, not value}. */
    public List<String> differencesFrom(HooksConf other) {
        return values.entrySet().stream()
                .filter(value -> !value.getValue().equals(other.values.get(value.getKey())))
                .map(value -> value.getKey() + "=" + value.getValue()
                        + other.value(value.getKey()).map(is -> ", not " + is).orElse(""))
                .toList();
    }

    /** The same with that line, or without it where there is no value. */
    public HooksConf with(String key, Optional<String> value) {
        Map<String, String> now = new LinkedHashMap<>(values);
        now.remove(key);
        value.ifPresent(text -> now.put(key, text));
        return new HooksConf(now);
    }

    /** Replaces the tree's file at once and for good: a hook reads the old one or the new one. */
    public void write(Path tree) throws BadSite {
        try {
            FileReplacement.write(in(tree), text().getBytes(StandardCharsets.UTF_8), "rw-r--r--");
        } catch (IOException e) {
            throw new BadSite(
                    "cannot write `" + in(tree) + "`", "run it as the owner of `" + tree + "`, usually root", e);
        }
    }

    /** The change from {@code before} to this; absent when nothing changes. */
    Optional<Change> changeFrom(HooksConf before, Path tree) {
        return before.equals(this)
                ? Optional.empty()
                : Optional.of(Change.of("`" + in(tree) + "`", () -> write(tree), () -> {
                    if (before.isEmpty()) {
                        delete(tree);
                    } else {
                        before.write(tree);
                    }
                }));
    }

    /** Takes the file away again where there was none. */
    private static void delete(Path tree) throws BadSite {
        try {
            Files.deleteIfExists(in(tree));
        } catch (IOException e) {
            throw new BadSite("cannot delete `" + in(tree) + "`", e);
        }
    }

    private boolean isEmpty() {
        return values.isEmpty();
    }

    String text() {
        return values.entrySet().stream()
                .map(value -> value.getKey() + "=" + value.getValue() + "\n")
                .collect(Collectors.joining());
    }

    /** In whatever order the lines stand: no reader minds. */
    @Override
    public boolean equals(Object other) {
        return other instanceof HooksConf that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    private static String seconds(long millis) {
        return Long.toString((millis + MILLIS - 1) / MILLIS);
    }
}
