package org.condastagehand.setup;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A hook of a Grid Engine queue: the queue's attribute, our file for it, and its key in {@code hooks.conf}. */
enum QueueHook {
    PROLOG("prolog", "prolog/sge-prolog", "next_prolog", true),
    EPILOG("epilog", "epilog/sge-epilog", "next_epilog", true),
    STARTER("starter_method", "prolog/sge-starter", "next_starter", false);

    /** What Grid Engine says where there is none. */
    static final String NONE = "NONE";

    /** An optional {@code user@}, the program, and arguments. */
    private static final Pattern COMMAND = Pattern.compile("(?:[^/ ]*@)?(?<program>/[^ ]*)(?: .*)?");

    private final String attribute;
    private final String file;
    private final String nextKey;
    private final boolean canBeRoots;

    QueueHook(String attribute, String file, String nextKey, boolean canBeRoots) {
        this.attribute = attribute;
        this.file = file;
        this.nextKey = nextKey;
        this.canBeRoots = canBeRoots;
    }

    String attribute() {
        return attribute;
    }

    Path in(Path tree) {
        return tree.resolve(file);
    }

    /** The queue's attribute while our hook is in place. */
    String value(Path tree, boolean asRoot) {
        return (asRoot && canBeRoots ? "root@" : "") + in(tree);
    }

    /** What the queue had before, in {@code hooks.conf}. */
    String nextKey(String queue) {
        return nextKey + "." + queue;
    }

    /** Also true for the hooks of another installation. */
    boolean isAny(String value) {
        return program(value).endsWith("/" + file);
    }

    boolean isIn(Path tree, String value) {
        return program(value).equals(in(tree).toString());
    }

    /** The tree of whatever installation the value belongs to. */
    String tree(String value) {
        String program = program(value);
        return program.substring(0, program.length() - file.length() - 1);
    }

    private static String program(String value) {
        Matcher command = COMMAND.matcher(value);
        return command.matches() ? command.group("program") : "";
    }
}
