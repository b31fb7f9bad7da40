package org.condastagehand.job;

import java.util.Set;

/**
 * The number at the beginning of a record, {@code format=1}. A version reads what it writes and what the version before
 * it wrote; anything else is left for the version whose it is. docs/design/records.md says when the number changes.
 */
final class RecordFormat {
    static final String WRITTEN = "1";

    private static final String KEY = "format=";
    private static final String END = "\nend\n";
    private static final Set<String> READ = Set.of(WRITTEN);

    private RecordFormat() {}

    static boolean isRead(String text) {
        return text.startsWith(KEY)
                && text.endsWith(END)
                && READ.contains(text.substring(KEY.length(), text.indexOf('\n')));
    }

    /** Whether it is a whole record, and of a version that this one knows nothing of. */
    static boolean isForeign(String text) {
        return text.startsWith(KEY) && text.endsWith(END) && !isRead(text);
    }
}
