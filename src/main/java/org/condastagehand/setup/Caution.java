package org.condastagehand.setup;

/**
 * Something that works, but not as one might think.
 *
 * @param mend what to do about it
 */
public record Caution(String what, String mend) {
    @Override
    public String toString() {
        return what + "; " + mend;
    }
}
