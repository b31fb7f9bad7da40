package org.condastagehand.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.Exec;
import org.condastagehand.host.Host;
import org.condastagehand.host.StagingException;

/** The node-local root that an administrator has asked for: in the site's file, and as a directory on this node. */
public final class LocalRoot {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** The key, or its commented default. */
    private static final Pattern LINE = Pattern.compile("(?m)^#? ?local_root *=.*$");

    /** What neither a line of shell, nor a line of TOML, nor a {@code #!} line would take literally. */
    private static final Pattern HARD = Pattern.compile(".*[^!-~].*|.*[\"'\\\\`*$:].*");

    private final Host host;
    private final Path tree;
    private final String path;

    /** @throws BadRequest it is no path for this */
    public LocalRoot(Host host, Path tree, String path) throws BadRequest {
        if (HARD.matcher(path).matches()) {
            throw new BadRequest("--local-root must have no blank, colon, quote, `*` or `$`, got `" + path + "`");
        }
        this.host = host;
        this.tree = tree;
        this.path = path;
    }

    /** The site as it will be. */
    public SiteConfig in(SiteConfig site) throws BadRequest {
        try {
            return site.withLocalRoot(path);
        } catch (IllegalArgumentException e) {
            throw new BadRequest("--local-root " + e.getMessage());
        }
    }

    /** Adds the directory and the key to what is to be done. */
    void planFor(Path siteFile, Plan plan) throws StagingException {
        Path script = tree.resolve("libexec/local-root");
        if (!path.contains("%n")
                && !Files.isDirectory(Path.of(path, "records"))) { // only a node's slurmd knows its name
            plan.add(Change.of("`" + path + "`: made on this node", () -> make(script), () -> {}));
        }
        String before = text(siteFile);
        String line = "local_root = \"" + path + "\"";
        Matcher at = LINE.matcher(before);
        String after =
                at.find() ? before.substring(0, at.start()) + line + before.substring(at.end()) : line + "\n" + before;
        if (!after.equals(before)) {
            plan.add(Change.of(
                    "`" + siteFile + "`: " + line, () -> write(siteFile, after), () -> write(siteFile, before)));
        }
    }

    private void make(Path script) throws StagingException {
        Exec.Result result = host.exec().run(List.of(script.toString(), path), LIMIT);
        if (result.status() != 0) {
            Optional<String> said = result.err().lines().findFirst();
            throw new BadSite(
                    said.orElse("`" + script + "` fails").replaceFirst("^conda-stagehand: error: ", ""),
                    "choose another --local-root, on a disk of the node's own where root alone can write");
        }
    }

    private static String text(Path file) throws BadSite {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new BadSite("cannot read `" + file + "`", e);
        }
    }

    private static void write(Path file, String text) throws BadSite {
        try {
            FileReplacement.replace(file.toRealPath(), text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new BadSite("cannot write `" + file + "`", "run it as root", e);
        }
    }
}
