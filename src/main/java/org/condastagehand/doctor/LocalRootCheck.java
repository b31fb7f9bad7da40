package org.condastagehand.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.condastagehand.host.Exec;
import org.condastagehand.host.NodeFault;

/** Whether root's hooks would use the local root: {@code roots_alone} of libexec/hook, and the modes of libexec/local-root. */
final class LocalRootCheck implements Check {
    static final String NAME = "local_root";

    /** What {@code stat -c '%F %u %A %a %n'} says of a directory that belongs to somebody and that nobody else can change. */
    private static final String ALONE = "directory %s .....-..-. .*";

    private static final List<Part> PARTS = List.of(
            new Part("jobs", "711"),
            new Part("records", "700"),
            new Part("trash", "711"),
            new Part("users", "1777"),
            new Part("cache", "755"),
            new Part("cache/v1", "1777"),
            new Part("cache/images", "755"),
            new Part("turns", "755"),
            new Part("turns/line", "755"));

    private record Part(String name, String mode) {}

    private final Probe probe;
    private final Place place;
    private final Path root;
    private final int owner;

    LocalRootCheck(Probe probe, Place place) {
        this.probe = probe;
        this.place = place;
        this.root = place.site().localRoot();
        this.owner = place.owner();
    }

    @Override
    public List<Finding> findings() throws NodeFault {
        List<String> components = new ArrayList<>();
        for (Path path = root; path != null; path = path.getParent()) {
            components.add(0, path.toString());
        }
        for (String component : owner == 0 ? components : List.of(root.toString())) {
            Optional<Finding> bad = component(component);
            if (bad.isPresent()) {
                return List.of(bad.get());
            }
        }
        return List.of(parts());
    }

    private Optional<Finding> component(String path) throws NodeFault {
        String is = stat(List.of(path)).strip();
        if (Pattern.matches(ALONE.formatted(owner), is)) {
            return Optional.empty();
        }
        if (is.isEmpty()) {
            return Optional.of(Finding.fail(
                    NAME,
                    "`" + root + "` is missing" + (path.equals(root.toString()) ? "" : ", and `" + path + "` too"),
                    make()));
        }
        if (is.startsWith("symbolic link ")) {
            return Optional.of(
                    Finding.fail(NAME, "`" + path + "` is a symlink, through which the hooks do not go", elsewhere()));
        }
        if (!is.startsWith("directory ")) {
            return Optional.of(Finding.fail(NAME, "`" + path + "` is no directory", "rm " + path + " && " + make()));
        }
        // a directory above it may be one that everybody needs as it is, such as /tmp or a site's /scratch
        String mend =
                path.equals(root.toString()) ? "chown " + owner + " " + path + " && chmod go-w " + path : elsewhere();
        return Optional.of(Finding.fail(
                NAME, "`" + path + "` is not for " + place.owners() + " alone to change: " + mode(is), mend));
    }

    /** Where a link leads to is not looked at: users may have made what lies there. */
    private String elsewhere() {
        return place.moveTo("/a-disk-of-the-node/conda-stagehand");
    }

    private Finding parts() throws NodeFault {
        List<String> paths =
                PARTS.stream().map(part -> root.resolve(part.name).toString()).toList();
        List<String> found = stat(paths).lines().toList();
        return PARTS.stream()
                .flatMap(part -> part(part, found).stream())
                .findFirst()
                .orElseGet(() ->
                        Finding.ok(NAME, "`" + root + "`, from the top down changed by nobody but " + place.owners()));
    }

    private Optional<Finding> part(Part part, List<String> found) {
        String path = root.resolve(part.name).toString();
        String is = found.stream()
                .filter(line -> line.endsWith(" " + path))
                .findFirst()
                .orElse("");
        if (is.matches("directory " + owner + " \\S+ " + part.mode + " " + Pattern.quote(path))) {
            return Optional.empty();
        }
        if (is.isEmpty()) {
            return Optional.of(Finding.fail(NAME, "`" + path + "` is missing", make()));
        }
        String text = "`" + path + "` must be a directory of " + place.owners() + " with mode " + part.mode + ", is "
                + mode(is);
        String mend = is.startsWith("directory " + owner + " ")
                ? "chmod " + part.mode + " " + path
                : "when no job runs here: mv " + path + " " + path + ".old && " + make();
        return Optional.of(Finding.fail(NAME, text, mend));
    }

    private String make() {
        return place.makeRoot();
    }

    private static String mode(String stat) {
        return stat.replaceFirst("^(.*) ([0-9]+) (\\S+) ([0-7]+) .*", "$4 of $2");
    }

    /** One line of each that is there, in no language. */
    private String stat(List<String> paths) throws NodeFault {
        List<String> command =
                new ArrayList<>(List.of("/usr/bin/env", "LC_ALL=C", "/usr/bin/stat", "-c", "%F %u %A %a %n", "--"));
        command.addAll(paths);
        Exec.Result result = probe.ask("the disk of `" + root + "`", command);
        return result.out();
    }
}
