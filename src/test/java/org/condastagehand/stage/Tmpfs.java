package org.condastagehand.stage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** A small disk of its own, unmounted again whatever happens. */
final class Tmpfs implements AutoCloseable {
    private final Path point;

    Tmpfs(Path point, String options) throws Exception {
        assumeTrue(Scenery.isRoot(), "not root, so nothing can be mounted");
        this.point = Files.createDirectory(point);
        assumeTrue(run("mount", "-t", "tmpfs", "-o", options, "tmpfs", point.toString()), "mount does not work here");
    }

    private static boolean run(String... command) throws Exception {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    @Override
    public void close() throws Exception {
        if (!run("umount", point.toString())) {
            run("umount", "-l", point.toString());
        }
    }
}
