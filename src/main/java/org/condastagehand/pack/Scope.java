package org.condastagehand.pack;

import java.util.Collection;
import org.condastagehand.relocate.Prefix;

/** What of a tree goes into the archive, and as what. */
sealed interface Scope {
    boolean leavesOut(String path);

    /** Whether something below a directory that is left out may be wanted. */
    boolean looksBelow();

    /** Where the link at a path leads. */
    String target(String link, String target);

    /** The permission bits of a file or directory. */
    int mode(int mode);

    /**
     * An environment.
     *
     * @param names under which links may name it: one into it by an absolute path would lead to the original for ever
     */
    record Original(Collection<Prefix> names, Globs globs) implements Scope {
        @Override
        public boolean leavesOut(String path) {
            return globs.exclude(path).orElseGet(() -> LeftOut.holds(path));
        }

        @Override
        public boolean looksBelow() {
            return globs.putIn();
        }

        @Override
        public String target(String link, String target) {
            for (Prefix name : names) {
                if (name.holds(target)) {
                    int length = name.toString().length();
                    return relative(link, target.length() == length ? "" : target.substring(length + 1));
                }
            }
            return target;
        }

        /** From the directory of a link, whose path has no symlink in it, up to what it shares with the target and down. */
        static String relative(String link, String inside) {
            String[] from = link.split("/", -1);
            String[] to = inside.split("/", -1);
            int shared = 0;
            while (shared < from.length - 1 && shared < to.length - 1 && from[shared].equals(to[shared])) {
                shared++;
            }
            StringBuilder relative = new StringBuilder("../".repeat(from.length - 1 - shared));
            for (int i = shared; i < to.length; i++) {
                relative.append(to[i]).append(i < to.length - 1 ? "/" : "");
            }
            String path = relative.toString();
            String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
            return trimmed.isEmpty() ? "." : trimmed;
        }

        @Override
        public int mode(int mode) {
            return mode;
        }
    }

    /** A staged copy of an environment: links into it are the original's, and so is what its owner may write. */
    record Copy(Prefix copy, Prefix original) implements Scope {
        private static final int OWNER_WRITES = 0200;

        @Override
        public boolean leavesOut(String path) {
            return false;
        }

        @Override
        public boolean looksBelow() {
            return false;
        }

        @Override
        public String target(String link, String target) {
            return copy.holds(target)
                    ? original + target.substring(copy.toString().length())
                    : target;
        }

        @Override
        public int mode(int mode) {
            return mode | OWNER_WRITES;
        }
    }
}
