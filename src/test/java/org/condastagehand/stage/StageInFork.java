package org.condastagehand.stage;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.condastagehand.host.StagingException;
import org.condastagehand.resolve.ResolvedEnv;

/** Stages once in a JVM of its own and prints what became of it in one line. */
final class StageInFork {
    /** A system property: bytes, 0 where it is absent. */
    static final String MAX_ENV_SIZE = "stage.max_env_size";

    private StageInFork() {}

    public static void main(String[] args) throws Exception {
        Path source = Path.of(args[0]);
        Stager.Target target = new Stager.Target(Path.of(args[1]), Path.of(args[2]), Boolean.parseBoolean(args[3]));
        ResolvedEnv env = Files.isDirectory(source) ? Scenery.prefix(source) : Scenery.archive(source);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try {
            Stager.Staged staged = new Stager(new StageLimits(0, Long.getLong(MAX_ENV_SIZE, 0), 4)).stage(env, target);
            out.println("staged " + staged.files() + " files");
        } catch (StagingException | OutOfMemoryError e) {
            out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }
}
