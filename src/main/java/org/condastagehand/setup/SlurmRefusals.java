package org.condastagehand.setup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.StagingException;

/** What Slurm's set-up does not touch, because somebody has to decide first; and what it warns of. Each says what to type. */
final class SlurmRefusals {
    private static final Pattern HOST_NAME = Pattern.compile("(?i)\\sNodeHostname=(?<name>\\S+)");

    /** What our shell can find again: no relative path, which newer Slurm sends to its nodes, and no blank. */
    private static final Pattern HOOK = Pattern.compile("/[!-~ ]*[!-<>-~]");

    private final Path tree;

    SlurmRefusals(Path tree) {
        this.tree = tree;
    }

    /** A Prolog or Epilog that is not there drains every node that a job comes to. */
    void checkTree() throws StagingException {
        for (SlurmHook hook : SlurmHook.values()) {
            if (!Files.isExecutable(hook.in(tree))) {
                throw new BadSite("`" + hook.in(tree) + "` is missing", "install again with --prefix " + tree);
            }
            RootsAlone.check(hook.in(tree));
        }
        for (String path : List.of("etc", "libexec/hook", "bin/conda-stagehand")) {
            RootsAlone.check(tree.resolve(path));
        }
    }

    /** What a hook's line has must be something that ours can call. */
    void checkHook(SlurmHook hook, String value) throws BadSite {
        if (hook.isIn(tree, value)) {
            return;
        }
        if (hook.isAny(value)) {
            throw new BadSite(
                    hook.key() + " is another installation's, `" + value + "`",
                    hook.tree(value) + "/site-config/slurm/setup --remove");
        }
        if (!HOOK.matcher(value).matches()) {
            throw new BadSite(
                    hook.key() + " `" + value + "` is no absolute path in plain letters, which our hook could call",
                    "put it into a script, and that script's absolute path into slurm.conf");
        }
    }

    /** The one line to change, if the key is there at all. */
    void checkPlace(SlurmFiles files, String key) throws BadSite {
        List<SlurmFiles.Place> places = files.places(key);
        if (places.size() > 1) { // 22.05 takes the last, newer Slurm may run all
            throw new BadSite(
                    key + " stands more than once: "
                            + places.stream().map(SlurmFiles.Place::where).collect(Collectors.joining(", ")),
                    "leave one line of them: Slurm 22.05 takes the last");
        }
        for (SlurmFiles.Place place : places) {
            if (!place.file().equals(files.file())) {
                throw new BadSite(
                        place.where() + " has " + key + ", and only `" + files.file() + "` is edited",
                        "move that line into `" + files.file()
                                + "`, or edit it: setup without --apply prints the lines");
            }
        }
    }

    /** The nodes that are not this host; empty if there are none. */
    static String otherNodes(SlurmFiles files, Set<String> here) {
        return files.places("NodeName").stream()
                .filter(place -> !place.line().value().equalsIgnoreCase("DEFAULT"))
                .filter(place -> !here.contains(hostName(place.line())))
                .map(place -> place.line().value())
                .collect(Collectors.joining(","));
    }

    private static String hostName(SlurmConf.Line line) {
        Matcher host = HOST_NAME.matcher(line.content());
        return (host.find() ? host.group("name") : line.value()).replaceFirst("\\..*", "");
    }

    void checkNodes(SlurmFiles files, Set<String> here) throws BadSite {
        String others = otherNodes(files, here);
        if (others.isEmpty() && !files.places("NodeName").isEmpty()) {
            return;
        }
        String nodes = others.isEmpty() ? "of no name in slurm.conf" : "`" + others + "`";
        throw new BadSite(
                "the cluster has other nodes than this host: " + nodes
                        + "; each needs the tree, its etc/hooks.conf and the local root",
                "look at all of them, then add --yes-installed-everywhere: srun -l "
                        + (others.isEmpty() ? "" : "-w '" + others + "' ") + "ls -l " + SlurmHook.PROLOG.in(tree));
    }

    /** Things that work, but not as one might think. */
    List<Caution> cautions(SlurmValues values, Optional<SlurmConf> container, SiteConfig site) {
        List<Caution> cautions = new ArrayList<>();
        SlurmFlags flags = SlurmFlags.parse(values.value(SlurmWanted.FLAGS).orElse(""));
        String takeOut = "take it out of slurm.conf and type: scontrol reconfigure";
        if (flags.has("NoHold")) {
            cautions.add(new Caution(
                    "PrologFlags has NoHold: salloc and srun do not wait until the environment is staged", takeOut));
        }
        if (flags.has("Serial")) {
            cautions.add(new Caution(
                    "PrologFlags has Serial: on a node jobs stage and strike one after the other", takeOut));
        }
        place(values, container, site.localRoot()).ifPresent(cautions::add);
        return cautions;
    }

    private Optional<Caution> place(SlurmValues values, Optional<SlurmConf> container, Path root) {
        String elsewhere = "type: " + tree + "/site-config/slurm/setup --local-root " + elsewhere(root)
                + " (and --apply as before)";
        if (root.startsWith("/tmp") || root.startsWith("/var/tmp") || root.startsWith("/dev/shm")) {
            return Optional.of(new Caution(
                    "local_root `" + root + "` lies where every user may write, and root's hooks stage nothing there",
                    elsewhere));
        }
        return Stream.of("JobContainerType", "NamespaceType") // the latter from 25.11 on
                .flatMap(key -> values.value(key).stream())
                .filter(type -> type.endsWith("/tmpfs"))
                .flatMap(type -> privateDirectories(container)
                        .map(String::strip)
                        .filter(root::startsWith)
                        .map(directory -> new Caution(
                                "local_root `" + root + "` is below `" + directory + "`, of which " + type
                                        + " gives each job its own, without what is staged",
                                elsewhere)))
                .findFirst();
    }

    private static String elsewhere(Path root) {
        Path usual = SiteConfig.defaults().localRoot();
        return (root.startsWith(usual) ? Path.of("/opt/local/conda-stagehand") : usual).toString();
    }

    private static Stream<String> privateDirectories(Optional<SlurmConf> container) {
        String all = container
                .flatMap(conf -> SlurmValues.of(conf.lines()).value("Dirs"))
                .orElse("/tmp,/dev/shm");
        return Stream.of(all.split(","));
    }
}
