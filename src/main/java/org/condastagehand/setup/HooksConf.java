package org.condastagehand.setup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
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
 * <p>Set-up writes it from {@code site.toml}; the other lines, {@code next_…} for what a queue had before, pass through.
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
        now.put("epilog_wait", seconds(site.epilogWait().toMillis()));
        now.put("toml_requests", Boolean.toString(site.tomlRequests()));
        now.put("min_uid", Integer.toString(site.minUid()));
        now.put("sge_qstat", Boolean.toString(site.sge().qstat()));
        new TreeMap<>(values).forEach(now::putIfAbsent);
        return new HooksConf(now);
    }

    public Optional<String> value(String key) {
        return Optional.ofNullable(values.get(key));
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
        Path file = in(tree);
        Path unfinished = file.resolveSibling("hooks.conf.new");
        try {
            Files.deleteIfExists(unfinished);
            Files.createFile(
                    unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
            try (FileChannel out = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                ByteBuffer text = StandardCharsets.UTF_8.encode(text());
                while (text.hasRemaining()) {
                    out.write(text);
                }
                Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-r--r--")); // the umask
                out.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel directory = FileChannel.open(tree.resolve("etc"), StandardOpenOption.READ)) {
                directory.force(true);
            }
        } catch (IOException e) {
            throw new BadSite("cannot write `" + file + "`", "run it as the owner of `" + tree + "`, usually root", e);
        }
    }

    /** Takes the file away again where there was none. */
    static void delete(Path tree) throws BadSite {
        try {
            Files.deleteIfExists(in(tree));
        } catch (IOException e) {
            throw new BadSite("cannot delete `" + in(tree) + "`", e);
        }
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    String text() {
        return values.entrySet().stream()
                .map(value -> value.getKey() + "=" + value.getValue() + "\n")
                .collect(Collectors.joining());
    }

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
