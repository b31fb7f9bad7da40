package org.condastagehand.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.condastagehand.host.Exec;
import org.condastagehand.host.Mount;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Sizes;

/** The file system of the local root: its type, how it is mounted, and what is free. */
final class DiskCheck implements Check {
    static final String TYPE = "local disk";
    static final String SPACE = "space";

    private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs");
    private static final Set<String> NETWORK = Set.of(
            "nfs",
            "nfs4",
            "cifs",
            "smb3",
            "lustre",
            "gpfs",
            "beegfs",
            "ceph",
            "glusterfs",
            "afs",
            "auristorfs",
            "9p",
            "orangefs",
            "pvfs2",
            "virtiofs");

    /** What an environment of some size takes: a large one has 4 GB in 30,000 files. */
    private static final long ROOM = 4_000_000_000L;

    private static final long LEAST_FILES = 1_000;
    private static final long FILES = 100_000;

    private final Probe probe;
    private final List<Mount> mounts;
    private final Place place;

    DiskCheck(Probe probe, List<Mount> mounts, Place place) {
        this.probe = probe;
        this.mounts = mounts;
        this.place = place;
    }

    @Override
    public List<Finding> findings() throws NodeFault {
        Path root = place.site().localRoot();
        // of a path without symlinks, which is what the check before this one requires
        Optional<Mount> mount = Mount.holding(root, mounts);
        List<Finding> findings = new ArrayList<>();
        mount.map(this::type).ifPresent(findings::add);
        Exec.Result free = probe.ask(
                "the disk of `" + root + "`",
                List.of("/usr/bin/stat", "-f", "-c", "%a %S %d %c", "--", root.toString()));
        if (free.status() == 0) {
            findings.add(space(free.out().strip().split(" ")));
        }
        return findings;
    }

    private Finding type(Mount mount) {
        String where = "`" + mount.point() + "` (" + mount.type() + ")";
        if (mount.options().contains("noexec")) {
            return Finding.fail(
                    TYPE,
                    where + " is mounted noexec: no program of an environment would start",
                    "mount -o remount,exec " + mount.point());
        }
        if (mount.options().contains("ro")) {
            return Finding.fail(TYPE, where + " is mounted read-only", "mount -o remount,rw " + mount.point());
        }
        String elsewhere = place.moveTo("/a-disk-of-the-node/conda-stagehand");
        if (MEMORY.contains(mount.type())) {
            return Finding.warn(TYPE, where + " is memory: what is staged is taken from the jobs", elsewhere);
        }
        if (NETWORK.contains(mount.type()) || mount.type().startsWith("fuse.")) {
            return Finding.warn(TYPE, where + " is no disk of this node: staging to it gains little", elsewhere);
        }
        if (mount.type().equals("overlay")) {
            return Finding.warn(
                    TYPE, where + " is a container's layer, which is slow and goes with the container", elsewhere);
        }
        return Finding.ok(TYPE, where + ", programs on it can be run");
    }

    private Finding space(String[] free) {
        long bytes = Long.parseLong(free[0]) * Long.parseLong(free[1]);
        long files = Long.parseLong(free[2]);
        boolean counts = Long.parseLong(free[3]) > 0; // btrfs and others have no number of files
        Path root = place.site().localRoot();
        String has = Sizes.text(bytes) + " free" + (counts ? " and " + files + " inodes" : "");
        String make = place.program() + " sweep && du -xsh " + root + "/*";
        if (bytes <= place.site().minFree()) {
            return Finding.fail(
                    SPACE,
                    has + "; min_free keeps " + Sizes.text(place.site().minFree()) + " of it, so nothing is staged",
                    make);
        }
        if (counts && files < LEAST_FILES) {
            return Finding.fail(SPACE, has + ": no environment has so few files", make);
        }
        if (place.site().cache().enabled() && bytes <= place.site().cache().minFree()) {
            return Finding.warn(
                    SPACE,
                    has + "; cache.min_free keeps "
                            + Sizes.text(place.site().cache().minFree()) + " of it, so nothing stays for the next job",
                    make);
        }
        long room = place.site().maxEnvSize() == 0 ? ROOM : place.site().maxEnvSize();
        if (bytes - place.site().minFree() < room || (counts && files < FILES)) {
            return Finding.warn(
                    SPACE,
                    has + ": a large environment (" + Sizes.text(room) + " and more than " + FILES / 3
                            + " files) may not fit",
                    make);
        }
        return Finding.ok(SPACE, has);
    }
}
