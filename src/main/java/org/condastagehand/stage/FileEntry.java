package org.condastagehand.stage;

import java.nio.file.attribute.FileTime;

/**
 * A regular file that is about to be made.
 *
 * @param path relative to the tree's root, parts joined by {@code /}
 * @param mode permission bits as they were where it comes from
 */
record FileEntry(String path, int mode, FileTime modified, long size) {
    private static final String AUTO_STAGE_HOOK = ".conda-stage-auto.sh";

    /** The same file, its path counted from a directory that it is below; the directory ends in {@code /} or is empty. */
    FileEntry below(String directory) {
        return new FileEntry(path.substring(directory.length()), mode, modified, size);
    }

    boolean executable() {
        return (mode & 0111) != 0;
    }

    boolean isBytecode() {
        return path.endsWith(".pyc");
    }

    boolean isAutoStageHook() {
        return isAutoStageHook(path);
    }

    /**
     * A hook of the conda-stage tool, which would stage the staged copy again: it is left blank. Its name alone decides,
     * since {@code activate.d} may be a symlink to where it stands.
     */
    static boolean isAutoStageHook(String path) {
        return path.endsWith(AUTO_STAGE_HOOK);
    }
}
