package org.condastagehand.resolve;

import java.util.Set;

/**
 * What conda keeps in an installation's root beside the environment {@code base} itself (conda-pack 0.9.2, core.py): neither
 * packed nor staged with it.
 */
public final class BesideBase {
    private static final Set<String> NAMES =
            Set.of("pkgs", "envs", "conda-bld", ".conda_lock", "conda-recipes", ".index", ".unionfs", ".nonadmin");

    private BesideBase() {}

    /** Whether it is one of these names, which count right below the prefix only. */
    public static boolean has(String name) {
        return NAMES.contains(name);
    }
}
