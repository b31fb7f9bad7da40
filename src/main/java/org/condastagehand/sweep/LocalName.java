package org.condastagehand.sweep;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.condastagehand.host.ProcessIdentity;

/** The pid and start time in the name of a local job, for what has no readable record to tell more. */
final class LocalName {
    private static final Pattern LOCAL = Pattern.compile("local-([0-9]{1,10})\\.([0-9]{1,18})(?:\\..*)?");

    private LocalName() {}

    /** Whether its process is dead; a name that no job has is nobody's, and what has it is kept. */
    static boolean provenDead(String name) throws IOException {
        Matcher matcher = LOCAL.matcher(name);
        return matcher.matches()
                && owner(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)))
                        .provenDead();
    }

    /** A name does not tell its boot. It is taken for this one, which at worst keeps what is dead. */
    private static ProcessIdentity owner(long pid, long startTime) throws IOException {
        ProcessIdentity self = ProcessIdentity.self();
        return new ProcessIdentity(self.bootId(), self.pidNamespace(), pid, startTime);
    }
}
