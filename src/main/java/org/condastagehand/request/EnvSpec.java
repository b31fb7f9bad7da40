package org.condastagehand.request;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What a user wrote for an environment: a name, or the absolute path of a prefix or of an archive. */
public sealed interface EnvSpec {
    /** An environment that is looked up the way conda does; conda itself refuses {@code / : #} and blanks in names. */
    record Named(String name) implements EnvSpec {
        private static final Pattern VALID = Pattern.compile("[\\p{L}\\p{N}_.][\\p{L}\\p{M}\\p{N}_.+@~=%^-]{0,199}");
        private static final Pattern FOREIGN = Pattern.compile("[*?\\[\\]|&!,]");

        public Named {
            if (!VALID.matcher(name).matches() || name.equals(".") || name.equals("..")) {
                throw new IllegalArgumentException(complaint(name));
            }
        }

        private static String complaint(String name) {
            if (name.indexOf('/') >= 0) {
                return "the path of an environment must be absolute: `" + name + "`";
            }
            // Grid Engine reads these as patterns, and every scheduler's list of requests is split at commas.
            return FOREIGN.matcher(name)
                    .results()
                    .findFirst()
                    .map(found -> "an environment's name cannot contain `" + found.group() + "`: `" + name + "`")
                    .orElse("not the name of an environment: `" + name + "`");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A prefix (a directory) or an archive (a file); which of them, the file system says. */
    record Located(Path path) implements EnvSpec {
        public Located {
            if (!path.isAbsolute() || path.getNameCount() == 0 || !path.equals(path.normalize())) {
                throw new IllegalArgumentException("not an absolute path without `.` and `..`: `" + path + "`");
            }
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * Reads what a user wrote.
     *
     * @throws IllegalArgumentException one line that names what was wrong
     */
    static EnvSpec parse(String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("control character in the environment's name: `" + text + "`");
        }
        if (!text.startsWith("/")) {
            return new Named(text);
        }
        try {
            return new Located(Path.of(text));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("not a path: `" + text + "`", e);
        }
    }
}
