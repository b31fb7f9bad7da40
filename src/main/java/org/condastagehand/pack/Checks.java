package org.condastagehand.pack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.condastagehand.host.BadRequest;
import org.condastagehand.relocate.Prefix;

/** What must be right with an environment before it is worth packing. */
final class Checks {
    private final Path root;
    private final Packer.Order order;

    Checks(Path root, Packer.Order order) {
        this.root = root;
        this.order = order;
    }

    void check(List<Prefix> names, List<Entry> entries, Installed installed) throws BadRequest {
        if (!order.ignoreEditable()) {
            refuseEditable(Editable.in(root, names, entries));
        }
        if (!order.ignoreMissing()) {
            refuseMissing(entries, installed);
        }
    }

    private static void refuseEditable(SortedMap<String, String> editable) throws BadRequest {
        if (editable.isEmpty()) {
            return;
        }
        Map.Entry<String, String> first = editable.entrySet().iterator().next();
        String more = editable.size() == 1 ? "" : ", and " + (editable.size() - 1) + " more like it";
        throw new BadRequest(
                "`" + first.getKey() + "` says that a package lives in `" + first.getValue()
                        + "`, outside of the environment" + more,
                "install it without -e: pip install " + first.getValue() + "; or pack without it: --ignore-editable");
    }

    private void refuseMissing(List<Entry> entries, Installed installed) throws BadRequest {
        Set<String> there = new HashSet<>(entries.size() * 2);
        entries.forEach(entry -> there.add(entry.path()));
        List<String> missing = new ArrayList<>();
        Map<String, Integer> packages = new TreeMap<>();
        installed.packages().forEach((name, files) -> files.stream()
                // byte code is made again when it is missing
                .filter(file -> !file.endsWith(".pyc") && !there.contains(file) && isWanted(file))
                .forEach(file -> {
                    missing.add(file);
                    packages.merge(name, 1, Integer::sum);
                }));
        if (missing.isEmpty()) {
            return;
        }
        String files = missing.size() == 1 ? "1 file" : missing.size() + " files";
        String package_ = packages.keySet().iterator().next();
        throw new BadRequest(
                files + " of conda packages " + (missing.size() == 1 ? "is" : "are") + " missing in `"
                        + order.prefix() + "`: " + Lines.names(missing) + " (" + package_
                        + (packages.size() > 1 ? ", …" : "") + ")",
                "install again: conda install -p " + order.prefix() + " --force-reinstall " + nameOf(package_)
                        + "; or pack without: --ignore-missing");
    }

    /** What is left out is not missing. */
    private boolean isWanted(String path) {
        for (int slash = path.length(); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            String above = path.substring(0, slash);
            if (order.globs().exclude(above).orElseGet(() -> LeftOut.holds(above))) {
                return false;
            }
        }
        return true;
    }

    /** {@code NAME-VERSION-BUILD}, where a name may have dashes. */
    private static String nameOf(String record) {
        int build = record.lastIndexOf('-');
        int version = build < 0 ? -1 : record.lastIndexOf('-', build - 1);
        return version < 0 ? record : record.substring(0, version);
    }
}
