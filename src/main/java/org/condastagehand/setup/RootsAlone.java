package org.condastagehand.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;

/** What root runs, root alone must be able to change: the file and every directory above it. */
final class RootsAlone {
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int STICKY = 01000;

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
            Map<String, Object> attributes = Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
            int mode = (Integer) Objects.requireNonNull(attributes.get("mode"));
            return Integer.valueOf(0).equals(attributes.get("uid"))
                    && ((mode & WRITABLE_BY_OTHERS) == 0 || (mode & STICKY) != 0);
        } catch (IOException e) {
            throw new NodeFault("cannot look at `" + path + "`", e);
        }
    }
}
