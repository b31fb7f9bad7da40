package org.condastagehand.cli;

import java.util.concurrent.locks.LockSupport;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;

/**
 * Work that must be undone however the program ends, short of SIGKILL: at its own end, or in the JVM's shutdown when a
 * signal comes. Steps that make something and the signal's arrival exclude each other, so nothing is made unseen.
 */
final class Cleanup implements AutoCloseable {
    /** A step, or what undoes all of them. */
    @FunctionalInterface
    interface Action {
        void run() throws StagingException;
    }

    /** A step that gives back what it has made. */
    @FunctionalInterface
    interface Step<T> {
        T run() throws StagingException;
    }

    private final Report report;
    private final Action undo;
    private final Thread hook;
    private boolean stopping;
    private boolean undone;

    Cleanup(Report report, Action undo) {
        this.report = report;
        this.undo = undo;
        this.hook = new Thread(this::stop, "cleanup");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Does a short step that a signal does not cut in two; after a signal it is not begun and never returns. */
    synchronized <T> T make(Step<T> step) throws StagingException {
        neverReturnAfterASignal();
        return step.run();
    }

    /** The same for a step that gives nothing back. */
    synchronized void perform(Action step) throws StagingException {
        neverReturnAfterASignal();
        step.run();
    }

    private void neverReturnAfterASignal() {
        if (stopping) {
            waitForTheEnd();
        }
    }

    private void stop() {
        report.mute(); // what fails from now on fails because of us
        synchronized (this) {
            stopping = true;
        }
        undoOnce();
    }

    private void undoOnce() {
        synchronized (this) {
            if (undone) {
                return;
            }
            undone = true;
        }
        try {
            undo.run();
        } catch (StagingException e) {
            report.unmute();
            report.error(e);
        }
    }

    /** The JVM halts when its shutdown hooks are done; until then this thread must not do anything. */
    private static void waitForTheEnd() {
        while (true) {
            LockSupport.park();
        }
    }

    /** The ordinary end. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            waitForTheEnd();
        }
        undoOnce();
    }
}
