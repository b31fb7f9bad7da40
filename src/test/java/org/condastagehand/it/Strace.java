package org.condastagehand.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What strace(1) writes with {@code -f -o FILE}: a pid, a blank, a system call. */
final class Strace {
    private static final Pattern LINE = Pattern.compile("(?<pid>\\d+) +(?<call>.*)");
    private static final Pattern CHILD = Pattern.compile("^(?:clone3?|v?fork)\\(.*= (?<pid>\\d+)$");
    private static final Pattern RESUMED = Pattern.compile("^<\\.\\.\\. (?:clone3?|v?fork) resumed>.*= (?<pid>\\d+)$");

    private Strace() {}

    /** Containers often forbid it. */
    static boolean works() {
        return Tool.status("strace", "-f", "-o", "/dev/null", "true") == 0;
    }

    /** The system calls of processes that have not become this user yet. */
    static List<String> linesBeforeBecoming(int uid, List<String> trace) {
        Set<String> dropped = new HashSet<>();
        List<String> lines = new ArrayList<>();
        for (String line : trace) {
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                continue;
            }
            String call = parts.group("call");
            if (call.matches("set(res|re)?uid\\(" + uid + "[,)].*= 0")) {
                dropped.add(parts.group("pid"));
            }
            for (Pattern birth : List.of(CHILD, RESUMED)) {
                Matcher child = birth.matcher(call);
                if (child.matches() && dropped.contains(parts.group("pid"))) {
                    dropped.add(child.group("pid"));
                }
            }
            if (!dropped.contains(parts.group("pid"))) {
                lines.add(line);
            }
        }
        return lines;
    }

    static List<String> executionsOf(String program, Path trace) {
        try {
            return Files.readAllLines(trace).stream()
                    .filter(line -> line.contains("execve(\"") && line.contains(program + "\", ["))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
