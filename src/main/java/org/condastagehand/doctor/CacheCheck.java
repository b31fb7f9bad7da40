package org.condastagehand.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.config.SiteConfig.Cache.Images;
import org.condastagehand.host.Exec;
import org.condastagehand.host.NodeFault;

/** What a cache needs of the node: an account for what the site publishes, and what mounts images. */
final class CacheCheck implements Check {
    static final String ACCOUNT = "account";
    static final String IMAGES = "images";

    private static final String NAME = "conda-stagehand";

    private final Probe probe;
    private final Place place;
    private final Supplier<Optional<String>> refusalOfFuse;

    /** @param refusalOfFuse what the node lacks for a user's images, if anything */
    CacheCheck(Probe probe, Place place, Supplier<Optional<String>> refusalOfFuse) {
        this.probe = probe;
        this.place = place;
        this.refusalOfFuse = refusalOfFuse;
    }

    @Override
    public List<Finding> findings() throws NodeFault {
        SiteConfig.Cache cache = place.site().cache();
        List<Finding> findings = new ArrayList<>();
        if (cache.enabled() && !place.site().envs().isEmpty() && place.owner() == 0) {
            findings.add(account());
        }
        if (cache.mounts() != Images.OFF) {
            findings.add(kernel());
        }
        if (cache.mounts() == Images.USERS) {
            findings.add(fuse());
        }
        return findings;
    }

    private Finding account() throws NodeFault {
        Exec.Result account = probe.ask("the list of accounts", List.of("/usr/bin/getent", "passwd", NAME));
        String[] fields = account.out().split(":", -1);
        if (account.status() != 0 || fields.length < 3) {
            return Finding.warn(
                    ACCOUNT,
                    "there is no account `" + NAME + "`, so each user caches what [envs] publishes",
                    place.makeRoot());
        }
        Exec.Result link = probe.ask(
                "the disk of `" + place.site().localRoot() + "`",
                List.of(
                        "/usr/bin/readlink",
                        place.site().localRoot().resolve("cache/site").toString()));
        return link.out().strip().equals("v1/" + fields[2])
                ? Finding.ok(ACCOUNT, "`" + NAME + "` keeps what [envs] publishes for all users")
                : Finding.warn(
                        ACCOUNT,
                        "`" + place.site().localRoot() + "/cache/site` is not that of the account `" + NAME
                                + "`, so each user caches what [envs] publishes",
                        place.makeRoot());
    }

    private Finding kernel() throws NodeFault {
        Exec.Result known = probe.ask("the kernel", List.of("/bin/grep", "-qw", "squashfs", "/proc/filesystems"));
        Exec.Result module = probe.ask(
                "modprobe",
                List.of("/usr/bin/env", "PATH=/usr/sbin:/sbin:/usr/bin:/bin", "modprobe", "-nq", "squashfs"));
        return known.status() == 0 || module.status() == 0
                ? Finding.ok(IMAGES, "the kernel mounts squashfs")
                : Finding.warn(
                        IMAGES, "the kernel has no squashfs: what an image has is staged instead", "modprobe squashfs");
    }

    private Finding fuse() {
        return refusalOfFuse
                .get()
                .map(why -> Finding.warn(
                        IMAGES,
                        why + ": what a user's image has is staged instead",
                        "apt-get install squashfuse fuse3"))
                .orElseGet(() -> Finding.ok(IMAGES, "squashfuse and fusermount3 mount those of users"));
    }
}
