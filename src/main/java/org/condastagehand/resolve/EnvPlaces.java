package org.condastagehand.resolve;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.condastagehand.host.Host;

/**
 * Where environments are looked for, by rank; the order inside conda is that of {@code envs_dirs} in its
 * {@code conda/base/context.py}.
 *
 * @param directories directories of environments, searched rank by rank
 * @param remembered prefixes that conda wrote into {@code ~/.conda/environments.txt}
 */
record EnvPlaces(List<Rank> directories, List<Path> remembered, Installations installations) {
    private static final List<String> BASE = List.of("base", "root"); // conda's reserved names

    /**
     * Places of which none goes before another.
     *
     * @param rivals places of a lower rank that another conda of the same user might take first
     */
    record Rank(List<Path> paths, List<Path> rivals) {
        Rank {
            paths = List.copyOf(paths);
            rivals = List.copyOf(rivals);
        }

        Rank(List<Path> paths) {
            this(paths, List.of());
        }

        private Rank map(Function<Path, Path> change) {
            return new Rank(
                    paths.stream().map(change).toList(),
                    rivals.stream().map(change).toList());
        }
    }

    static EnvPlaces of(Host host, Problems problems) {
        PathText paths = new PathText(host);
        Installations installations = Installations.of(host);
        List<Rank> ranks = new ArrayList<>();
        Stream.concat(listed(host, paths), configured(host, paths, installations, problems))
                .forEach(directory -> ranks.add(new Rank(List.of(directory))));
        ranks.addAll(builtIn(paths, installations));
        return new EnvPlaces(ranks, remembered(paths, problems), installations);
    }

    /** The prefixes to look at for a name, whether they exist or not. */
    List<Rank> prefixes(String name) {
        if (BASE.contains(name)) {
            return installationRoots();
        }
        Stream<Rank> inDirectories = directories.stream().map(rank -> rank.map(directory -> directory.resolve(name)));
        Stream<Path> lines = remembered.stream().filter(prefix -> prefix.endsWith(name));
        return Stream.concat(inDirectories, Stream.of(new Rank(lines.toList()))).toList();
    }

    /** Conda's base is the installation that runs; those elsewhere are known by their line in environments.txt. */
    private List<Rank> installationRoots() {
        Stream<Rank> active = installations.active().stream().map(root -> new Rank(List.of(root)));
        Stream<Path> elsewhere = remembered.stream().filter(prefix -> Files.exists(prefix.resolve("condabin/conda")));
        return Stream.concat(active, Stream.of(new Rank(installations.usual()), new Rank(elsewhere.toList())))
                .toList();
    }

    private static Stream<Path> listed(Host host, PathText paths) {
        return Stream.of("CONDA_ENVS_PATH", "CONDA_ENVS_DIRS")
                .flatMap(name -> host.variable(name).stream())
                .flatMap(value -> Arrays.stream(value.split(":", -1)))
                .flatMap(text -> paths.path(text).stream());
    }

    /** Conda joins the lists of all its files, the most personal first. */
    private static Stream<Path> configured(Host host, PathText paths, Installations installations, Problems problems) {
        Stream<String> personal = Stream.concat(
                host.variable("CONDARC").stream(),
                Stream.of(
                        "~/.condarc",
                        "~/.conda/condarc",
                        "~/.conda/.condarc",
                        "~/.config/conda/condarc",
                        "~/.config/conda/.condarc"));
        Stream<String> common = Stream.concat(
                installations.active().stream().map(Path::toString), Stream.of("/var/lib/conda", "/etc/conda"));
        return Stream.concat(
                        personal,
                        common.flatMap(directory -> Stream.of(directory + "/condarc", directory + "/.condarc")))
                .flatMap(file -> paths.path(file).stream())
                .distinct()
                .flatMap(file -> CondaRc.envsDirs(SmallFile.text(file, problems)).stream())
                .flatMap(text -> paths.path(text).stream());
    }

    private static List<Rank> builtIn(PathText paths, Installations installations) {
        List<Path> own = envs(installations.active().stream().filter(Installations::writable));
        List<Path> shared = envs(installations.active().stream().filter(root -> !Installations.writable(root)));
        List<Path> usual = envs(installations.usual().stream());
        List<Path> personal = paths.path("~/.conda/envs").stream().toList();
        List<Path> rivals = installations.active().isEmpty() ? usual : List.of();
        return List.of(new Rank(own), new Rank(personal, rivals), new Rank(shared), new Rank(usual));
    }

    private static List<Path> envs(Stream<Path> installations) {
        return installations.map(root -> root.resolve("envs")).toList();
    }

    private static List<Path> remembered(PathText paths, Problems problems) {
        return paths.path("~/.conda/environments.txt").stream()
                .flatMap(file -> SmallFile.text(file, problems).lines())
                .map(String::strip)
                .filter(line -> line.startsWith("/"))
                .flatMap(line -> prefix(line).stream())
                .distinct()
                .toList();
    }

    private static Optional<Path> prefix(String line) {
        try {
            return Optional.of(Path.of(line).normalize()).filter(path -> path.getNameCount() > 0);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
