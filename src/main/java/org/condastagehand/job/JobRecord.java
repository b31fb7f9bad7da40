package org.condastagehand.job;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.condastagehand.host.ProcessIdentity;
import org.condastagehand.host.User;

/**
 * What has to be struck when a job is over, and how to know that it is: written before the directory is made, kept until
 * it is gone.
 *
 * @param name of the record and of the job's directory
 * @param node the host that it was made on; a record of another host says nothing here
 * @param identity the directory's {@code (dev=…,ino=…)}, empty until it is made
 * @param owner the process whose end is the job's
 * @param staged the directory that a command was about to make or to take away for its user; its receipt goes
 *     when it is not there
 * @param spool where none of the job's processes on this node is there from its start to its end: what execd has of the
 *     job as long as it is not over, which is then asked instead of the owner
 */
public record JobRecord(
        String name,
        String node,
        User user,
        Path directory,
        Optional<String> identity,
        ProcessIdentity owner,
        Optional<Path> staged,
        Optional<Path> spool) {
    private static final String END = "end";

    /** Of a job, which has no receipt. */
    public JobRecord(
            String name, String node, User user, Path directory, Optional<String> identity, ProcessIdentity owner) {
        this(name, node, user, directory, identity, owner, Optional.empty(), Optional.empty());
    }

    public JobRecord {
        if (!directory.isAbsolute() || !directory.equals(directory.normalize()) || directory.getNameCount() == 0) {
            throw new IllegalArgumentException("not a directory to strike: `" + directory + "`");
        }
    }

    JobRecord withIdentity(String made) {
        return new JobRecord(name, node, user, directory, Optional.of(made), owner, staged, spool);
    }

    /** The same, for a job that is over when execd has this no more. */
    public JobRecord withSpool(Path path) {
        return new JobRecord(name, node, user, directory, identity, owner, staged, Optional.of(path));
    }

    /** Lines of {@code key=value}; the last says that the record is whole. */
    String format() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("format", RecordFormat.WRITTEN);
        values.put("node", node);
        values.put("uid", Integer.toString(user.uid()));
        values.put("gid", Integer.toString(user.gid()));
        values.put("directory", directory.toString());
        values.put("identity", identity.orElse(""));
        staged.ifPresent(path -> values.put("staged", path.toString()));
        spool.ifPresent(path -> values.put("spool", path.toString()));
        values.put("boot", owner.bootId());
        values.put("pid_namespace", owner.pidNamespace());
        values.put("pid", Long.toString(owner.pid()));
        values.put("start", Long.toString(owner.startTime()));
        StringBuilder text = new StringBuilder();
        values.forEach((key, value) ->
                text.append(key).append('=').append(escape(value)).append('\n'));
        return text.append(END).append('\n').toString();
    }

    /** Reads a record back; empty when it is cut off, of another version or was never one. */
    static Optional<JobRecord> parse(String name, String text) {
        if (!RecordFormat.isRead(text)) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : text.split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), unescape(line.substring(equals + 1)));
            }
        }
        try {
            return Optional.of(of(name, values));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static JobRecord of(String name, Map<String, String> values) {
        ProcessIdentity owner = new ProcessIdentity(
                value(values, "boot"),
                value(values, "pid_namespace"),
                Long.parseLong(value(values, "pid")),
                Long.parseLong(value(values, "start")));
        User user = new User(Integer.parseInt(value(values, "uid")), Integer.parseInt(value(values, "gid")));
        Path directory = Path.of(value(values, "directory"));
        Optional<String> identity = Optional.of(value(values, "identity")).filter(text -> !text.isEmpty());
        Optional<Path> staged = Optional.ofNullable(values.get("staged")).map(Path::of);
        Optional<Path> spool = Optional.ofNullable(values.get("spool")).map(Path::of);
        return new JobRecord(name, value(values, "node"), user, directory, identity, owner, staged, spool);
    }

    /** A directory may have a line break in its name, and half a path is another directory. */
    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n");
    }

    private static String unescape(String value) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            boolean escaped = value.charAt(i) == '\\' && i + 1 < value.length();
            i += escaped ? 1 : 0;
            text.append(escaped && value.charAt(i) == 'n' ? '\n' : value.charAt(i));
        }
        return text.toString();
    }

    private static String value(Map<String, String> values, String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no `" + key + "`");
        }
        return value;
    }
}
