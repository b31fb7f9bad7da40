package org.condastagehand.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.Host;

/**
 * Where Grid Engine is on this machine.
 *
 * @param root {@code SGE_ROOT}
 * @param cell {@code SGE_CELL}
 */
record GridEngineHome(Path root, String cell) {
    private static final String SETTINGS = "etc/default/gridengine";
    private static final List<String> USUAL = List.of("var/lib/gridengine", "opt/sge", "opt/gridengine");

    /**
     * From the environment, else from where Debian's package says it, else from the usual places.
     *
     * @param machine the directory that stands for {@code /}
     */
    static GridEngineHome find(Host host, Path machine) throws BadSite {
        Path settings = machine.resolve(SETTINGS);
        String cell = host.variable("SGE_CELL")
                .or(() -> setting(settings, "SGE_CELL"))
                .orElse("default");
        Optional<Path> root = Stream.of(
                        host.variable("SGE_ROOT").stream().map(Path::of),
                        setting(settings, "SGE_ROOT").stream().map(Path::of),
                        USUAL.stream().map(machine::resolve).filter(path -> Files.isDirectory(path.resolve(cell))))
                .flatMap(paths -> paths)
                .findFirst();
        return new GridEngineHome(
                root.orElseThrow(() -> new BadSite(
                        "no Grid Engine here: SGE_ROOT is not set and `/" + SETTINGS + "` and `/" + USUAL.get(0)
                                + "` are missing",
                        "run it where qconf works: . SGE_ROOT/default/common/settings.sh")),
                cell);
    }

    /** Where the cell keeps what all its hosts read. */
    Path common() {
        return root.resolve(cell).resolve("common");
    }

    /** The caller's, else the one below {@code SGE_ROOT}. */
    Path program(String name, Host host) throws BadSite {
        Stream<Path> inPath = Stream.of(
                        host.environment().getOrDefault("PATH", "").split(":"))
                .filter(directory -> directory.startsWith("/"))
                .map(Path::of);
        return Stream.concat(inPath, architectures().stream())
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () -> new BadSite(
                                "no `" + name + "` in PATH or `" + root.resolve("bin") + "`",
                                "install Grid Engine's client programs (Debian: apt-get install gridengine-client), or run it where qconf works"));
    }

    private List<Path> architectures() {
        try (Stream<Path> directories = Files.list(root.resolve("bin"))) {
            return directories.sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Optional<String> setting(Path file, String name) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> line.startsWith(name + "="))
                    .map(line -> line.substring(name.length() + 1).replaceAll("^([\"'])(.*)\\1$", "$2"))
                    .filter(value -> value.matches("[A-Za-z0-9/._-]+"))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
