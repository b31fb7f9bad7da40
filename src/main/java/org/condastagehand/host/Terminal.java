package org.condastagehand.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a person looks on while we write. */
public final class Terminal {
    private static final int OUT = 1;
    private static final int ERR = 2;

    private Terminal() {}

    /** Whether stderr is a terminal that can write over a line. */
    public static boolean canOverwrite(Host host) {
        return isTerminal(ERR) && !isDumb(host);
    }

    /** Whether what goes to stdout may have colours, by <a href="https://no-color.org">NO_COLOR</a>. */
    public static boolean hasColoursOnOut(Host host) {
        return isTerminal(OUT) && wantsColours(host);
    }

    /** The same of stderr. */
    public static boolean hasColoursOnErr(Host host) {
        return isTerminal(ERR) && wantsColours(host);
    }

    private static boolean wantsColours(Host host) {
        return !isDumb(host) && host.variable("NO_COLOR").isEmpty();
    }

    private static boolean isDumb(Host host) {
        return host.variable("TERM").filter(name -> !name.equals("dumb")).isEmpty();
    }

    /** Java asks isatty(3) for stdin and stdout together alone. */
    private static boolean isTerminal(int descriptor) {
        try {
            String device = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
