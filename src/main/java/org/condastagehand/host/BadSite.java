package org.condastagehand.host;

/** The administrator can mend it: the site's configuration is bad. */
public final class BadSite extends StagingException {
    private static final long serialVersionUID = 1;

    public BadSite(String message) {
        super(message, "");
    }

    public BadSite(String message, String hint) {
        super(message, hint);
    }

    public BadSite(String message, Throwable cause) {
        super(message + ": " + Causes.oneLine(cause), "", cause);
    }

    public BadSite(String message, String hint, Throwable cause) {
        super(message + ": " + Causes.oneLine(cause), hint, cause);
    }
}
