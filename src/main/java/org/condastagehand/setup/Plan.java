package org.condastagehand.setup;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;

/** Changes in their order, each harmless without those after it; and what stays, with the reason. */
public final class Plan {
    private final List<Change> changes = new ArrayList<>();
    private final List<String> kept = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> next = new ArrayList<>();

    private final String prefix;

    Plan() {
        this("");
    }

    /** @param prefix stands before each line on stdout */
    Plan(String prefix) {
        this.prefix = prefix;
    }

    void add(Change change) {
        changes.add(change);
    }

    void keep(String line) {
        kept.add(line);
    }

    void warn(String line) {
        warnings.add(line);
    }

    /** What is left to people once something has changed. */
    void next(String line) {
        next.add(line);
    }

    /** Prints what would be done. */
    public void show(PrintStream out, Report report) {
        changes.forEach(change -> print(change, "would change ", out));
        end(out, report);
    }

    /** Makes the changes and prints each; when one fails, those before it are undone. */
    public void carryOut(PrintStream out, Report report) throws StagingException {
        Deque<Change> done = new ArrayDeque<>();
        for (Change change : changes) {
            try {
                change.apply().run();
            } catch (StagingException e) {
                undoFailed(change);
                done.forEach(made -> undo(made, out, report));
                throw e;
            }
            done.push(change);
            print(change, "changed ", out);
        }
        end(out, report);
    }

    /** It may have been made all the same; if not, its undoing is as impossible as it was itself. */
    private static void undoFailed(Change change) {
        try {
            change.undo().run();
        } catch (StagingException e) {
            // the failure itself is what the caller tells
        }
    }

    private void undo(Change change, PrintStream out, Report report) {
        try {
            change.undo().run();
            print(change, "undone ", out);
        } catch (StagingException e) {
            report.error("cannot undo: " + String.join("; ", change.lines()) + ": " + e.getMessage());
        }
    }

    private void end(PrintStream out, Report report) {
        kept.forEach(line -> out.println(prefix + "kept " + Report.printable(line)));
        if (changes.isEmpty()) {
            out.println(prefix + "nothing to change");
        } else {
            next.forEach(line -> out.println(prefix + "next: " + Report.printable(line)));
        }
        warnings.forEach(report::warn);
    }

    private void print(Change change, String verb, PrintStream out) {
        change.lines().forEach(line -> out.println(prefix + verb + Report.printable(line)));
    }
}
