package org.condastagehand.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.condastagehand.host.BadRequest;

/**
 * The {@code conda_env} request in a script's {@code #$} lines, read the way qsub does (parse_script_file in Son of Grid
 * Engine 8.1.9): a directive begins in column 1, anywhere in the file; from a {@code #} on, quoted or not, it is a
 * comment; words are split at blanks outside quotes, and the quotes go away. Of several requests the last one counts.
 */
final class GridEngineDirectives {
    static final String COMPLEX = "conda_env";

    private static final String DEFAULT_PREFIX = "#$";
    private static final Pattern PREFIX_OPTION = Pattern.compile("(?:^|\\s)-C\\s+(\"[^\"]*\"|'[^']*'|\\S+)");
    private static final Pattern SHELL_PATTERN = Pattern.compile("[*?\\[\\]|&!]");

    /** qsub's options whose next word is theirs, whatever it looks like; -pe is the only one with two. */
    private static final Set<String> WITH_ARGUMENT = Set.of(
            "-@",
            "-A",
            "-C",
            "-M",
            "-N",
            "-P",
            "-R",
            "-S",
            "-a",
            "-ac",
            "-ar",
            "-b",
            "-binding",
            "-c",
            "-ckpt",
            "-dc",
            "-display",
            "-dl",
            "-e",
            "-hold_jid",
            "-hold_jid_ad",
            "-i",
            "-j",
            "-jc",
            "-js",
            "-jsv",
            "-m",
            "-masterl",
            "-masterq",
            "-now",
            "-o",
            "-p",
            "-par",
            "-pty",
            "-q",
            "-r",
            "-rou",
            "-sc",
            "-shell",
            "-sync",
            "-t",
            "-tc",
            "-u",
            "-umask",
            "-v",
            "-w",
            "-wd",
            "-xd",
            "-xdv");

    private final JobScript script;
    private String prefix = DEFAULT_PREFIX;
    private Optional<Asked> found = Optional.empty();

    private GridEngineDirectives(JobScript script) {
        this.script = script;
    }

    static Optional<Asked> find(JobScript script) throws BadRequest {
        GridEngineDirectives directives = new GridEngineDirectives(script);
        for (int line = 1; line <= script.lines().size(); ) {
            line = directives.read(line);
        }
        return directives.found;
    }

    /** Reads the directive that begins in a line, if one does, and answers with the line after it. */
    private int read(int first) throws BadRequest {
        int line = first;
        Optional<String> text = directive(line++);
        StringBuilder whole = new StringBuilder(text.orElse(""));
        // qsub itself has no continuation; it is kept to lines with the prefix, so that none takes code for options.
        while (endsInBackslash(whole)) {
            whole.setLength(whole.length() - 1);
            Optional<String> next = directive(line);
            if (next.isPresent()) {
                line++;
            }
            whole.append(' ').append(next.orElse(""));
        }
        options(words(whole.toString()), first);
        return line;
    }

    private static boolean endsInBackslash(StringBuilder text) {
        return text.length() > 0 && text.charAt(text.length() - 1) == '\\';
    }

    /** A line's text without prefix and comment. */
    private Optional<String> directive(int line) {
        if (prefix.isEmpty()
                || line > script.lines().size()
                || !script.lines().get(line - 1).startsWith(prefix)) {
            return Optional.empty();
        }
        String text = script.lines().get(line - 1).substring(prefix.length());
        // A new prefix is the one word that may hold a # without beginning a comment.
        Matcher option = PREFIX_OPTION.matcher(text);
        int comment = text.indexOf('#');
        if (option.find() && comment >= option.start(1)) {
            comment = text.indexOf('#', option.end(1));
        }
        return Optional.of((comment < 0 ? text : text.substring(0, comment)).strip());
    }

    /** Longer than most methods here, for its three states belong together. A missing closing quote is forgiven. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (quote == 0 && (next == ' ' || next == '\t')) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                inWord = false;
                continue;
            }
            inWord = true;
            if (next == quote) {
                quote = 0;
            } else if (quote == 0 && (next == '"' || next == '\'')) {
                quote = next;
            } else {
                word.append(next);
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }

    private void options(List<String> words, int line) throws BadRequest {
        for (int i = 0; i < words.size(); i++) {
            String option = words.get(i);
            String argument = i + 1 < words.size() ? words.get(i + 1) : "";
            if (option.equals("-clear")) {
                found = Optional.empty();
            } else if (option.equals("-l")) {
                resources(argument, line);
                i++;
            } else if (option.equals("-pe")) {
                i += 2;
            } else if (WITH_ARGUMENT.contains(option)) {
                switchPrefix(option, argument);
                i++;
            } else if (option.startsWith(COMPLEX + "=")) {
                throw asked(line, "").bad("`" + Asked.oneLine(option) + "` stands outside of `-l`");
            }
        }
    }

    // qsub ignores -C in a script and takes it from its command line, which the embedded scheduler does not have; so
    // here it holds for the lines that follow. An empty prefix ends the search, as it does for qsub.
    private void switchPrefix(String option, String argument) {
        if (option.equals("-C")) {
            prefix = argument;
        }
    }

    private void resources(String list, int line) throws BadRequest {
        for (String request : list.split(",", -1)) {
            if (request.equals(COMPLEX)) {
                throw asked(line, "").bad("it names no environment");
            }
            if (request.startsWith(COMPLEX + "=")) {
                Asked asked = asked(line, request.substring(COMPLEX.length() + 1));
                Matcher pattern = SHELL_PATTERN.matcher(asked.value());
                if (pattern.find()) {
                    throw asked.bad("Grid Engine reads `" + pattern.group() + "` as a pattern: `"
                            + Asked.oneLine(asked.value()) + "`");
                }
                found = Optional.of(asked);
            }
        }
    }

    private Asked asked(int line, String value) {
        return Asked.in(script, line, Asked.oneLine(prefix) + " -l " + COMPLEX, value);
    }
}
