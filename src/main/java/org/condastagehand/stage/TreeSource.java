package org.condastagehand.stage;

import java.nio.file.Path;
import java.util.List;
import org.condastagehand.host.Progress;
import org.condastagehand.host.StagingException;

/** Fills a work directory with an environment, relocated for the path that it will be seen at. */
interface TreeSource {
    /**
     * What was put into the work directory.
     *
     * @param root the environment's own root, in the work directory or below it
     * @param files how many regular files, hard links not counted again
     * @param bytes their sizes' sum
     * @param notes lines that the user should see
     */
    record Filled(Path root, long files, long bytes, List<String> notes) {
        public Filled {
            notes = List.copyOf(notes);
        }
    }

    Filled fill(Path work, Progress progress) throws StagingException;

    /** A line on binaries that still name the old prefix, if there are any. */
    static List<String> noteOnLeft(List<String> left) {
        if (left.isEmpty()) {
            return List.of();
        }
        String binaries = left.size() == 1 ? "1 binary still names" : left.size() + " binaries still name";
        return List.of(binaries + " the original prefix, having no room for the new one: `" + left.get(0) + "`"
                + (left.size() > 1 ? ", …" : ""));
    }
}
