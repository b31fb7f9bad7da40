package org.condastagehand.scheduler;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.condastagehand.host.BadRequest;

/**
 * The environment asked for in a script's {@code #SBATCH} lines, read the way sbatch does (_opt_batch_script and
 * _get_argument in its opt.c): directives end at the first line that is neither blank nor a comment; a word may be
 * quoted, a backslash keeps the next character, quoted or not, and a bare {@code #} begins a comment. Of an option that
 * is given twice the last one counts.
 */
final class SlurmDirectives {
    private static final String PREFIX = "#SBATCH";
    private static final String KEY = "conda_env=";

    /** The options that may name an environment, the stronger first; only the first holds nothing else. */
    private static final List<String> OPTIONS = List.of("--conda-env", "--comment", "--extra");

    private record Word(String text, int line) {}

    private SlurmDirectives() {}

    static Optional<Asked> find(JobScript script) throws BadRequest {
        Map<String, Asked> given = given(script, words(script));
        for (String option : OPTIONS) {
            Optional<Asked> asked = Optional.ofNullable(given.get(option))
                    .flatMap(value -> option.equals("--conda-env") ? Optional.of(value) : among(value));
            if (asked.isPresent()) {
                return asked;
            }
        }
        return Optional.empty();
    }

    private static Map<String, Asked> given(JobScript script, List<Word> words) throws BadRequest {
        Map<String, Asked> given = new LinkedHashMap<>();
        for (int i = 0; i < words.size(); i++) {
            Word word = words.get(i);
            int equals = word.text().indexOf('=');
            String option = equals < 0 ? word.text() : word.text().substring(0, equals);
            if (!OPTIONS.contains(option)) {
                continue;
            }
            if (equals < 0 && ++i == words.size()) {
                throw Asked.in(script, word.line(), PREFIX + " " + option, "").bad("it has no value");
            }
            String value = equals < 0 ? words.get(i).text() : word.text().substring(equals + 1);
            given.put(option, Asked.in(script, word.line(), PREFIX + " " + option, value));
        }
        return given;
    }

    /** The last {@code conda_env=X} among the words of a comment. */
    static Optional<Asked> among(Asked comment) {
        Optional<Asked> last = Optional.empty();
        for (String word : comment.value().split("[\\s,;]+", -1)) {
            if (word.startsWith(KEY)) {
                last = Optional.of(new Asked(word.substring(KEY.length()), comment.by(), comment.where()));
            }
        }
        return last;
    }

    /** All words of all directives: sbatch, too, takes the value of an option from the next line if need be. */
    private static List<Word> words(JobScript script) throws BadRequest {
        List<Word> words = new ArrayList<>();
        int number = 0;
        for (String line : script.lines()) {
            number++;
            if (line.startsWith(PREFIX)) {
                for (String text : split(script, number, line.substring(PREFIX.length()))) {
                    // The options of a further component of a heterogeneous job: the script runs in the first one.
                    if (text.equals("hetjob") || text.equals("packjob")) {
                        return words;
                    }
                    words.add(new Word(text, number));
                }
            } else if (!line.isBlank() && !line.strip().startsWith("#")) {
                break;
            }
        }
        return words;
    }

    private static List<String> split(JobScript script, int number, String line) throws BadRequest {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char next = line.charAt(i);
            if (next == '\\') {
                word.append(i + 1 < line.length() ? line.charAt(++i) : "");
            } else if (quote != 0) {
                word.append(next == quote ? "" : next);
                quote = next == quote ? 0 : quote;
            } else if (next == '"' || next == '\'') {
                quote = next;
            } else if (next == '#') {
                break;
            } else if (Character.isWhitespace(next)) {
                take(word, words);
            } else {
                word.append(next);
            }
        }
        if (quote != 0) {
            throw new BadRequest(script.where(number) + ": the closing " + quote + " is missing");
        }
        take(word, words);
        return words;
    }

    private static void take(StringBuilder word, List<String> words) {
        if (word.length() > 0) {
            words.add(word.toString());
            word.setLength(0);
        }
    }
}
