package org.condastagehand.host;

/** The user can mend it: the request, the toml, the environment or the archive is bad. */
public final class BadRequest extends StagingException {
    private static final long serialVersionUID = 1;

    public BadRequest(String message) {
        super(message, "");
    }

    public BadRequest(String message, String hint) {
        super(message, hint);
    }

    public BadRequest(String message, Throwable cause) {
        super(message + ": " + Causes.oneLine(cause), "", cause);
    }

    public BadRequest(String message, String hint, Throwable cause) {
        super(message + ": " + Causes.oneLine(cause), hint, cause);
    }
}
