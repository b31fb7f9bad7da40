package org.condastagehand.setup;

import java.util.List;
import org.condastagehand.host.StagingException;

/**
 * One change to a scheduler's configuration, complete or not made at all.
 *
 * @param lines what changes, for people to read
 * @param undo brings back what was there before
 */
record Change(List<String> lines, Step apply, Step undo) {
    @FunctionalInterface
    interface Step {
        void run() throws StagingException;
    }

    Change {
        lines = List.copyOf(lines);
    }

    static Change of(String line, Step apply, Step undo) {
        return new Change(List.of(line), apply, undo);
    }
}
