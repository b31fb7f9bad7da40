package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.condastagehand.cache.CacheArea;
import org.condastagehand.config.SiteConfig.Cache.Images;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Ownership;
import org.condastagehand.image.Fuse;
import org.condastagehand.resolve.ImageLabel;
import org.condastagehand.resolve.ResolvedEnv;

/** Whether an image is mounted on this node. The kernel mounts what root alone has made; a user's goes through FUSE. */
final class ImageUse {
    /** Set by root's hooks, whose processes end no sooner than they want to, and only where the site has users mount. */
    private static final String MOUNTS = "CONDA_STAGE_MOUNTS";

    private final Host host;
    private final Site site;

    ImageUse(Host host, Site site) {
        this.host = host;
        this.site = site;
    }

    /** Why no hook on this node mounts it, if so. */
    Optional<String> refusal(ResolvedEnv env, ResolvedEnv.Image image) throws NodeFault {
        Images mounted = site.config().cache().mounts();
        Path localRoot = site.config().localRoot();
        ImageLabel label = image.label();
        if (mounted == Images.OFF) {
            return Optional.of("this site mounts none (`images` under [cache] in site.toml)");
        }
        if (CacheArea.siteTakes(localRoot, label)) {
            return env.published()
                    ? refusalOfSites(image, localRoot)
                    : Optional.of("the kernel mounts only what stands under [envs] in site.toml");
        }
        if (!site.cacheArea(host).takes(label)) {
            return Optional.of("it was made for `" + label.prefix() + "`, by another user or for another site");
        }
        return mounted == Images.USERS
                ? Fuse.refusal()
                : Optional.of("this site mounts only images of what it publishes under [envs]");
    }

    private static Optional<String> refusalOfSites(ResolvedEnv.Image image, Path localRoot) throws NodeFault {
        Path path = image.path();
        if (CacheArea.ofSite(localRoot).isEmpty()) {
            return Optional.of("this node has no account that keeps the site's environments");
        }
        if (Files.exists(Path.of(image.label().prefix() + ".failed"))) {
            return Optional.of("the kernel of this node could not mount it, as its log says");
        }
        try {
            return Ownership.of(path).isRootsAlone()
                    ? Optional.empty()
                    : Optional.of("it is not only root's to change: as root, conda-stagehand pack --image --site");
        } catch (IOException e) {
            return Optional.of("it cannot be looked at");
        }
    }

    /** The same for the hook that this is. */
    Optional<String> refusalHere(ResolvedEnv env, ResolvedEnv.Image image) throws NodeFault {
        Optional<String> refusal = refusal(env, image);
        boolean needsHook = refusal.isEmpty()
                && !CacheArea.siteTakes(site.config().localRoot(), image.label())
                && host.variable(MOUNTS).isEmpty();
        return needsHook ? Optional.of("only hooks that root runs mount one of a user's") : refusal;
    }

    /** Whether it is root that mounts it. */
    boolean isSites(ResolvedEnv.Image image) {
        return CacheArea.siteTakes(site.config().localRoot(), image.label());
    }
}
