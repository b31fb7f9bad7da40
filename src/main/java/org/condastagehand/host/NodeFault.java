package org.condastagehand.host;

/** This node's own fault: no space, a missing directory, a disk error, a program that is not there. */
public final class NodeFault extends StagingException {
    private static final long serialVersionUID = 1;

    public NodeFault(String message) {
        super(message, "");
    }

    public NodeFault(String message, String hint) {
        super(message, hint);
    }

    public NodeFault(String message, Throwable cause) {
        super(message + ": " + Causes.oneLine(cause), "", cause);
    }

    public NodeFault(String message, String hint, Throwable cause) {
        super(message + ": " + Causes.oneLine(cause), hint, cause);
    }
}
