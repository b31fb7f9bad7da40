package org.condastagehand.setup;

import java.nio.file.Path;

/** A hook of Slurm: its key in slurm.conf, our file for it, and its key in {@code hooks.conf}. */
enum SlurmHook {
    PROLOG("Prolog", "prolog/slurm-prolog", "next_prolog"),
    EPILOG("Epilog", "epilog/slurm-epilog", "next_epilog"),
    TASK_PROLOG("TaskProlog", "prolog/slurm-task-prolog", "next_task_prolog");

    private final String key;
    private final String file;
    private final String nextKey;

    SlurmHook(String key, String file, String nextKey) {
        this.key = key;
        this.file = file;
        this.nextKey = nextKey;
    }

    String key() {
        return key;
    }

    Path in(Path tree) {
        return tree.resolve(file);
    }

    /** What the site had before, in {@code hooks.conf}: a path, or a pattern of paths. */
    String nextKey() {
        return nextKey;
    }

    /** Also true for the hook of another installation. */
    boolean isAny(String value) {
        return value.endsWith("/" + file);
    }

    boolean isIn(Path tree, String value) {
        return value.equals(in(tree).toString());
    }

    /** The tree of whatever installation the value belongs to. */
    String tree(String value) {
        return value.substring(0, value.length() - file.length() - 1);
    }
}
