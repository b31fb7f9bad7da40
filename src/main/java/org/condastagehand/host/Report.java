package org.condastagehand.host;

import java.io.PrintStream;

/**
 * Tells people what happened, a line each on stderr; stdout belongs to data.
 *
 * <p>Not a logging framework: JUL and System.Logger each add 65 ms to a start. Names from archives and requests pass
 * through here, so control characters (a terminal's escapes) are shown as {@code ?}.
 */
public final class Report {
    private static final String NAME = "conda-stagehand: ";
    private static final String RED = "\u001b[1;31m";
    private static final String YELLOW = "\u001b[1;33m";
    private static final String BOLD = "\u001b[1m";

    private final PrintStream err;
    private final boolean debug;
    private final Detail detail;
    private final boolean coloured;
    private volatile boolean muted;

    public Report(PrintStream err, boolean debug) {
        this(err, debug, Detail.USUAL);
    }

    public Report(PrintStream err, boolean debug, Detail detail) {
        this(err, debug, detail, false);
    }

    /** The same on a terminal, where the first word of what is wrong may stand out. */
    public Report(PrintStream err, boolean debug, Detail detail, boolean coloured) {
        this.err = err;
        this.debug = debug;
        this.detail = detail;
        this.coloured = coloured;
    }

    /** What went as it should. */
    public void info(String message) {
        if (detail != Detail.QUIET) {
            line("", message);
        }
    }

    /** How it went, for who asked. */
    public void detail(String message) {
        if (isDetailed()) {
            line("", message);
        }
    }

    /** Whether {@link #detail} says anything: what it would say need not be put together for nobody. */
    public boolean isDetailed() {
        return detail == Detail.MORE;
    }

    public void warn(String message) {
        line(kind("warning: ", YELLOW), message);
    }

    public void error(String message) {
        line(kind("error: ", RED), message);
    }

    /** The failure's one line and its hint; where the user asked for it, the stack trace too. */
    public void error(StagingException failure) {
        error(String.valueOf(failure.getMessage()));
        failure.hint().ifPresent(this::hint);
        trace(failure);
    }

    /** Something that can be typed. */
    public void hint(String hint) {
        line(kind("hint: ", BOLD), hint);
    }

    public void trace(Throwable failure) {
        if (debug && !muted) {
            failure.printStackTrace(err);
        }
    }

    /** From here on nothing is said: a signal has ended the work and what still fails is its echo. */
    public void mute() {
        muted = true;
    }

    /** What comes now is to be seen again. */
    public void unmute() {
        muted = false;
    }

    private String kind(String word, String colour) {
        return coloured ? colour + word + "\u001b[0m" : word;
    }

    private void line(String kind, String message) {
        if (!muted) {
            err.println(NAME + kind + printable(message));
            err.flush();
        }
    }

    /** The text in one line that cannot move a terminal's cursor or change its colours. */
    public static String printable(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> Character.isISOControl(c) || isInvisible(Character.getType(c)) ? '?' : c)
                .forEach(safe::appendCodePoint);
        return safe.toString();
    }

    private static boolean isInvisible(int type) {
        return type == Character.FORMAT || type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR;
    }

    /** Another program's lines, each of them printable. */
    public static String lines(String text) {
        StringBuilder safe = new StringBuilder();
        text.lines().forEach(line -> safe.append(printable(line)).append('\n'));
        return safe.toString();
    }
}
