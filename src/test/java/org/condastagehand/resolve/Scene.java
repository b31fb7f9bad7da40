package org.condastagehand.resolve;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Host;
import org.condastagehand.host.StagingException;
import org.condastagehand.host.User;
import org.condastagehand.request.EnvSpec;
import org.jspecify.annotations.Nullable;

/** A user's home directory with environments in it, and the variables that lead to them. */
final class Scene {
    static final Instant CREATED = Instant.parse("2026-03-01T12:00:00Z");

    final Path root;
    final Path home;
    private final Map<String, String> variables = new TreeMap<>();
    private final Map<String, Path> siteEnvs = new TreeMap<>();
    private final Map<Path, EnvState> states = new TreeMap<>();
    private final Map<Path, ImageLabel> labels = new HashMap<>();
    private boolean mounts;
    private @Nullable KeptArchives kept;
    private User user;

    Scene(Path root) throws IOException {
        this.root = root;
        this.home = Files.createDirectories(root.resolve("home/ann"));
        this.user = User.current();
        set("HOME", home);
    }

    Scene set(String variable, Object value) {
        variables.put(variable, value.toString());
        return this;
    }

    Scene user(int uid) {
        user = new User(uid, uid);
        return this;
    }

    Scene site(String name, Path path) {
        siteEnvs.put(name, path);
        return this;
    }

    /** Has a file be an image of an environment in a state, on a site that mounts images. */
    Scene image(Path file, Path prefix, EnvState state) {
        labels.put(file, new ImageLabel(Path.of("/local/0123456789abcdef01234567"), prefix, state, 1, 2, "test"));
        mounts = true;
        return this;
    }

    Scene mountsNone() {
        mounts = false;
        return this;
    }

    /** Has an archive say that it holds this state. */
    Scene state(Path archive, EnvState state) {
        states.put(archive, state);
        return this;
    }

    Scene keeps(Path directory) {
        kept = new KeptArchives(directory);
        return this;
    }

    Host host() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        return new Host(
                variables,
                root,
                user,
                Clock.systemUTC(),
                (command, limit) -> {
                    throw new AssertionError("resolving runs no command: " + command);
                },
                nowhere,
                nowhere);
    }

    ResolvedEnv resolve(String request) throws StagingException {
        return new EnvResolver(
                        host(),
                        siteEnvs,
                        archive -> Optional.ofNullable(states.get(archive)),
                        Optional.ofNullable(kept),
                        image -> Optional.ofNullable(labels.get(image))
                                .orElseThrow(() -> new BadRequest("`" + image + "` is no squashfs image")),
                        mounts)
                .resolve(EnvSpec.parse(request));
    }

    /** Below the scene's root, made when it was {@link #CREATED}. */
    Path env(String path) throws IOException {
        Path prefix = root.resolve(path);
        Files.createDirectories(prefix.resolve("lib/python3.12/site-packages"));
        Files.createDirectories(prefix.resolve("bin"));
        Files.createSymbolicLink(prefix.resolve("bin/python"), Path.of("python3.12"));
        file(path + "/conda-meta/history", "==> 2026-03-01 12:00:00 <==\n");
        for (String directory :
                List.of("", "conda-meta", "conda-meta/history", "bin", "lib", "lib/python3.12/site-packages")) {
            touch(prefix.resolve(directory), CREATED);
        }
        return prefix;
    }

    /** A regular file that passes for an archive as long as nobody opens it. */
    Path archive(String path, Instant modified) throws IOException {
        return touch(file(path, "not really"), modified);
    }

    Path file(String path, String... lines) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, String.join("\n", lines));
    }

    static Path touch(Path path, Instant modified) throws IOException {
        return Files.setLastModifiedTime(path, FileTime.from(modified));
    }
}
