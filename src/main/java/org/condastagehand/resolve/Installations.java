package org.condastagehand.resolve;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.condastagehand.host.Host;

/**
 * Where a conda, mamba or micromamba itself is installed: each has environments in its {@code envs}.
 *
 * @param active those that the caller's shell was set up for, by its variables
 * @param usual those in the home directory under their installers' default names
 */
record Installations(List<Path> active, List<Path> usual) {
    private static final List<String> USUAL =
            List.of("miniforge3", "mambaforge", "miniconda3", "anaconda3", "micromamba", ".local/share/mamba");

    Installations {
        active = List.copyOf(active);
        usual = List.copyOf(usual);
    }

    static Installations of(Host host) {
        PathText paths = new PathText(host);
        Stream<Path> conda = Stream.of(
                        variable(host, "_CONDA_ROOT"),
                        variable(host, "CONDA_EXE").map(Installations::root))
                .flatMap(Optional::stream);
        Stream<Path> mamba = variable(host, "MAMBA_ROOT_PREFIX").stream();
        Stream<Path> usual = USUAL.stream().flatMap(name -> paths.path("~/" + name).stream());
        return new Installations(Stream.concat(conda, mamba).distinct().toList(), usual.toList());
    }

    /** Conda's own test: it takes a writable installation's environments before those in {@code ~/.conda/envs}. */
    static boolean writable(Path root) {
        return Files.isWritable(root.resolve("conda-meta/history"));
    }

    private static Optional<Path> variable(Host host, String name) {
        return host.variable(name).filter(value -> value.startsWith("/")).flatMap(new PathText(host)::path);
    }

    /** {@code ROOT/bin/conda} or {@code ROOT/condabin/conda}. */
    private static Path root(Path program) {
        Path parent = Objects.requireNonNullElse(program.getParent(), program);
        return Objects.requireNonNullElse(parent.getParent(), parent);
    }
}
