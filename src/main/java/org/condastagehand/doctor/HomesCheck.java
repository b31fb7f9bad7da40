package org.condastagehand.doctor;

import java.util.List;
import java.util.Set;
import org.condastagehand.host.Mount;

/** Whether there are file systems that nobody can read without a ticket, which a prolog has not. */
final class HomesCheck implements Check {
    static final String NAME = "tickets";

    private static final Set<String> AFS = Set.of("afs", "auristorfs");

    private final List<Mount> mounts;
    private final Place place;

    HomesCheck(List<Mount> mounts, Place place) {
        this.mounts = mounts;
        this.place = place;
    }

    @Override
    public List<Finding> findings() {
        List<Finding> closed = mounts.stream()
                .filter(HomesCheck::wantsTicket)
                .map(mount -> Finding.warn(
                        NAME,
                        "`" + mount.point() + "` (" + mount.type()
                                + ") is read with a ticket, which no prolog has: jobs run environments below it from there",
                        place.set("envs", "NAME", "\"/a/prefix/or/archive\"")))
                .toList();
        return closed.isEmpty()
                ? List.of(Finding.ok(NAME, "no file system here is mounted with Kerberos or is AFS"))
                : closed;
    }

    private static boolean wantsTicket(Mount mount) {
        return AFS.contains(mount.type()) || mount.options().stream().anyMatch(option -> option.startsWith("sec=krb5"));
    }
}
