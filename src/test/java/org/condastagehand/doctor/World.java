package org.condastagehand.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.CommonsExec;
import org.condastagehand.host.Exec;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.User;

/** An installation in a directory, its {@code limited} the real one; programs answer as told, and else are run. */
final class World {
    private static final Path LIMITED = Path.of("src/main/dist/libexec/limited");

    private static final int SOMEBODY = 12345;

    final Path tree;
    final Path root;
    private final Map<String, Exec.Result> answers = new LinkedHashMap<>();

    World(Path directory) throws IOException {
        tree = Files.createDirectories(directory.resolve("tree"));
        root = directory.resolve("root");
        Files.createDirectories(tree.resolve("etc"));
        Files.createDirectories(tree.resolve("site-config"));
        executable("libexec/limited", Files.readString(LIMITED));
        Files.writeString(siteFile(), "");
    }

    Path siteFile() {
        return tree.resolve("site-config/site.toml");
    }

    Path executable(String name, String text) throws IOException {
        Path file = tree.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Somebody's: root's local root is never below a directory that everybody may write to. */
    int owner() throws IOException {
        User user = User.current();
        return user.isRoot() ? SOMEBODY : user.uid();
    }

    /** With that site.toml. */
    Place place(String... lines) throws Exception {
        Files.write(siteFile(), List.of(lines));
        SiteConfig site = SiteConfig.load(siteFile(), "n1", false).withLocalRoot(root.toString());
        return new Place("n1", tree, site, site, siteFile(), owner());
    }

    /** A command line that has this in it is not run. */
    World answer(String part, int status, String out) {
        answers.put(part, new Exec.Result(status, out, ""));
        return this;
    }

    Probe probe() {
        return new Probe(this::run, tree);
    }

    private Exec.Result run(List<String> command, Duration limit) throws NodeFault {
        String line = String.join(" ", command);
        for (Map.Entry<String, Exec.Result> answer : answers.entrySet()) {
            if (line.contains(answer.getKey())) {
                return answer.getValue();
            }
        }
        return new CommonsExec().run(new ArrayList<>(command), limit);
    }
}
