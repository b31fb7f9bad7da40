package org.condastagehand.observe;

/** Times as people and programs read them. {@code String.format} would bring in Java's locales, for 12 ms of each job's time. */
public final class Seconds {
    private Seconds() {}

    /** With two digits behind the point, and one before it. */
    public static String text(long millis) {
        long hundredths = (Math.max(0, millis) + 5) / 10;
        return hundredths / 100 + "." + hundredths / 10 % 10 + hundredths % 10;
    }
}
