package org.condastagehand.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Runs what a test cannot try as root, whom no mode keeps out, in a JVM of another user. */
public final class AsNobody {
    public static final int UID = 65534;

    private AsNobody() {}

    /** Deletes a tree as nobody. */
    public static final class Delete {
        private Delete() {}

        public static void main(String[] arguments) throws IOException {
            FileTree.delete(Path.of(arguments[0]));
        }
    }

    /** Runs a main class of ours; what it prints is in the failure when it fails. */
    public static void run(Path scratch, Class<?> main, Object... arguments) throws IOException, InterruptedException {
        assumeTrue(User.current().isRoot() && Files.exists(Path.of("/usr/bin/setpriv")), "needs root and setpriv");
        Path classes = scratch.resolve("classes");
        for (Class<?> origin : List.of(FileTree.class, AsNobody.class)) {
            Path from = Path.of(
                    origin.getProtectionDomain().getCodeSource().getLocation().getPath());
            copy(from, classes);
        }
        shell(scratch, "chmod 711 . && chmod -R a+rX classes");
        List<String> command = new ArrayList<>(
                List.of("setpriv", "--reuid", "" + UID, "--regid", "" + UID, "--clear-groups", "--inh-caps=-all"));
        command.addAll(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx64m",
                "-cp",
                classes.toString(),
                main.getName()));
        Stream.of(arguments).map(String::valueOf).forEach(command::add);
        run(scratch, command);
    }

    /** Runs a shell script in a directory. */
    public static void shell(Path directory, String script) throws IOException, InterruptedException {
        run(directory, List.of("bash", "-ec", script));
    }

    private static void run(Path directory, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s", output).isZero();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (file.toString().endsWith(".class") && !Files.exists(target)) {
                    Files.copy(file, target);
                }
            }
        }
    }
}
