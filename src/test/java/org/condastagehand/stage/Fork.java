package org.condastagehand.stage;

import com.github.luben.zstd.Zstd;
import com.google.gson.stream.JsonReader;
import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.io.IOUtils;
import org.apache.commons.lang3.StringUtils;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/** Stages in another JVM: as another user, whose permissions bind as root's do not, or with little memory. */
final class Fork {
    private static final int NOBODY = 65534;

    private final Path home;
    private final String classPath;
    private final List<String> options = new ArrayList<>();
    private boolean nobody;

    /** With classes that any user can read; those of the build may lie in a private home directory. */
    Fork(Path home) throws Exception {
        this.home = Files.createDirectory(home);
        List<String> path = new ArrayList<>();
        List<Class<?>> wanted = List.of(
                Stager.class,
                StageInFork.class,
                TarArchiveInputStream.class,
                IOUtils.class,
                StringUtils.class,
                DigestUtils.class,
                XZInputStream.class,
                Zstd.class,
                JsonReader.class,
                Nullable.class);
        for (Class<?> each : wanted) {
            Path copy = home.resolve(Integer.toString(path.size()));
            URI place = each.getProtectionDomain().getCodeSource().getLocation().toURI();
            copy(Path.of(place), copy);
            path.add(copy.toString());
        }
        classPath = String.join(File.pathSeparator, path);
    }

    private static void copy(Path from, Path to) throws Exception {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    Fork asNobody() throws Exception {
        nobody = true;
        for (Path path = home; path.getNameCount() > 1; path = path.getParent()) {
            Files.setAttribute(path, "unix:mode", ((Integer) Files.getAttribute(path, "unix:mode") & 07777) | 0111);
        }
        return this;
    }

    Fork with(String option) {
        options.add(option);
        return this;
    }

    /** A directory that the other user owns. */
    static Path give(Path directory) throws Exception {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                if (!Files.isSymbolicLink(path)) {
                    int mode = (Integer) Files.getAttribute(path, "unix:mode") & 0777;
                    Files.setAttribute(path, "unix:uid", NOBODY);
                    Files.setAttribute(path, "unix:gid", NOBODY);
                    Files.setAttribute(path, "unix:mode", mode);
                }
            }
        }
        return directory;
    }

    String stage(Path source, Stager.Target target) throws Exception {
        List<String> command = new ArrayList<>();
        if (nobody) {
            command.addAll(List.of("setpriv", "--reuid", "" + NOBODY, "--regid", "" + NOBODY, "--clear-groups", "--"));
        }
        command.addAll(List.of(System.getProperty("java.home") + "/bin/java", "-XX:-UsePerfData"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, StageInFork.class.getName(), source.toString()));
        command.addAll(List.of("" + target.work(), "" + target.visible(), "" + target.writable()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.strip();
    }
}
