package org.condastagehand.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    /** What gives a key of a table in site.toml a value; a table, and a key in it, may stand there only once. */
    String set(String table, String key, String value) {
        String line = key + " = " + value;
        String header = " *\\[ *" + table + " *\\]";
        List<String> below =
                lines().stream().dropWhile(text -> !text.matches(header + ".*")).toList();
        if (below.isEmpty()) {
            return "printf '\\n[" + table + "]\\n" + line + "\\n' >>" + siteFile;
        }
        boolean isThere = below.stream()
                .skip(1)
                .takeWhile(text -> !text.matches(" *\\[.*"))
                .anyMatch(text -> text.matches("#? *" + key + " *=.*"));
        return isThere
                ? "sed -i -E '/^" + header + "/,/^ *\\[/ s:^#? *" + key + " *=.*:" + line + ":' " + siteFile
                : "sed -i -E '/^" + header + "/a " + line + "' " + siteFile;
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(siteFile);
        } catch (IOException e) {
            return List.of(); // there is none yet
        }
    }

    /** What brings what an installation brings. */
    String install() {
        return "./install --prefix " + tree + "   (in the unpacked distribution)";
    }

    String owners() {
        return owner == 0 ? "root" : "user " + owner;
    }
}
