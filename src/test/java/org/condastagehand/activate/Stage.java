package org.condastagehand.activate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.condastagehand.host.StagingException;
import org.condastagehand.stage.StagedEnv;

/** A staged environment as it lies on the local disk. */
record Stage(Path directory, StagedEnv env) {
    static final Path SOURCE = Path.of("/shared/envs/demo.tar.gz");

    static Stage of(Path job, String name) {
        Path directory = job.resolve("conda-stage");
        Path prefix = directory.resolve("envs").resolve(name);
        try {
            Files.createDirectories(prefix.resolve("bin"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return new Stage(
                directory,
                new StagedEnv(name, prefix, Optional.of(directory.resolve("envs")), SOURCE, Optional.empty()));
    }

    Path prefix() {
        return env.prefix();
    }

    String bin() {
        return prefix() + "/bin";
    }

    Stage with(String file, String text) {
        TestShell.write(prefix().resolve(file), text);
        return this;
    }

    Activation activation() {
        try {
            return Activator.activate(env, directory);
        } catch (StagingException e) {
            throw new AssertionError(e);
        }
    }

    Activation fallback(Path original) {
        try {
            return Activator.activate(StagedEnv.fallback(env.name(), original), directory);
        } catch (StagingException e) {
            throw new AssertionError(e);
        }
    }

    Activation exposed() {
        try {
            return Activator.expose(env, directory);
        } catch (StagingException e) {
            throw new AssertionError(e);
        }
    }

    Activation refused(String reason) {
        try {
            return Activator.refuse(reason, directory);
        } catch (StagingException e) {
            throw new AssertionError(e);
        }
    }
}
