package org.condastagehand.activate;

import java.util.stream.Collectors;

/** A family of shells: the file that it sources, and how it writes a word, an assignment and a sourced file. */
enum Shell {
    SH("activate", "sh") {
        @Override
        String quote(String text) {
            return "'" + text.replace("'", "'\\''") + "'";
        }

        @Override
        String export(String name, String value) {
            return "export " + name + "=" + quote(value);
        }

        @Override
        String source(String script) {
            return "__conda_stage_source " + quote(script);
        }
    },
    CSH("activate.csh", "csh") {
        /** A backslash before every sign: quotes would stop neither history ({@code !}) nor {@code backslash_quote}. */
        @Override
        String quote(String text) {
            return text.isEmpty()
                    ? "''"
                    : text.codePoints().mapToObj(Shell::escapeForCsh).collect(Collectors.joining());
        }

        @Override
        String export(String name, String value) {
            return "setenv " + name + " " + quote(value);
        }

        @Override
        String source(String script) {
            return "if ( -r " + quote(script) + " ) source " + quote(script);
        }
    },
    FISH("activate.fish", "fish") {
        @Override
        String quote(String text) {
            return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
        }

        @Override
        String export(String name, String value) {
            return "set -gx " + name + " " + quote(value);
        }

        @Override
        String source(String script) {
            return "test -r " + quote(script) + "; and source " + quote(script);
        }
    };

    private final String file;
    private final String extension;

    Shell(String file, String extension) {
        this.file = file;
        this.extension = extension;
    }

    /** The name of the file that a job sources. */
    String file() {
        return file;
    }

    /** What the names of this shell's {@code activate.d} scripts and of our templates end in. */
    String extension() {
        return extension;
    }

    /** The text as one word that this shell changes in no way. */
    abstract String quote(String text);

    abstract String export(String name, String value);

    /** A statement that sources an {@code activate.d} script where it can be read. */
    abstract String source(String script);

    private static String escapeForCsh(int sign) {
        if (sign == '\n') {
            return "'\\\n'";
        }
        boolean plain = sign > 127 || Character.isLetterOrDigit(sign) || "/._-+,:@%".indexOf(sign) >= 0;
        return (plain ? "" : "\\") + Character.toString(sign);
    }
}
