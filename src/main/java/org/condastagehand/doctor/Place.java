package org.condastagehand.doctor;

import java.nio.file.Path;
import org.condastagehand.config.SiteConfig;

/**
 * The installation that is looked at, on this node.
 *
 * @param node the host's name without its domain
 * @param site with the local root of this node
 * @param everywhere the same with that of every node, {@code %n} in it, as {@code hooks.conf} has it
 * @param siteFile where it stands
 * @param owner the uid of whose installation it is; root's hooks trust what is root's alone
 */
public record Place(String node, Path tree, SiteConfig site, SiteConfig everywhere, Path siteFile, int owner) {
    Path program() {
        return tree.resolve("bin/conda-stagehand");
    }

    /** What makes the local root, or mends its modes. */
    String makeRoot() {
        return tree.resolve("libexec/local-root") + " " + site.localRoot();
    }

    /** What makes another directory the local root. */
    String moveTo(String directory) {
        return "sed -i -E 's:^#? ?local_root *=.*:local_root = \"" + directory + "\":' " + siteFile + " && "
                + tree.resolve("libexec/local-root") + " " + directory;
    }

    /** What brings what an installation brings. */
    String install() {
        return "./install --prefix " + tree + "   (in the unpacked distribution)";
    }

    String owners() {
        return owner == 0 ? "root" : "user " + owner;
    }
}
