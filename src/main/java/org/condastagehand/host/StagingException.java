package org.condastagehand.host;

import java.util.Optional;

/** A failure that somebody can mend: the kind says who. The message is one line, the hint something to type. */
public abstract sealed class StagingException extends Exception permits BadRequest, BadSite, NodeFault {
    private static final long serialVersionUID = 1;

    private final String hint;

    StagingException(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    StagingException(String message, String hint, Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    public Optional<String> hint() {
        return hint.isEmpty() ? Optional.empty() : Optional.of(hint);
    }
}
