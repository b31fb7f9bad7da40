package org.condastagehand.setup;

import java.io.IOException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Ownership;
import org.condastagehand.host.StagingException;

/** What root runs, root alone must be able to change: the file and every directory above it. */
final class RootsAlone {
    private RootsAlone() {}

    static void check(Path path) throws StagingException {
        for (Path part = path; part != null; part = part.getParent()) {
            if (!isRootsAlone(part)) {
                throw new BadSite(
                        "root's hooks must be root's alone to change, and `" + part + "` is not",
                        "chown root " + part + " && chmod go-w " + part);
            }
        }
    }

    private static boolean isRootsAlone(Path path) throws NodeFault {
        try {
            Ownership found = Ownership.of(path, LinkOption.NOFOLLOW_LINKS);
            return found.isRootsAlone() || (found.uid() == 0 && found.isSticky());
        } catch (IOException e) {
            throw new NodeFault("cannot look at `" + path + "`", e);
        }
    }
}
