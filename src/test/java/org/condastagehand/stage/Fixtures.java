package org.condastagehand.stage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Archives that the real conda-pack made, kept outside of this repository; tests that want them are skipped without. */
final class Fixtures {
    static final String ORIGINAL = "/shared/home/ada/envs/tiny";
    /** conda-pack adds them to every archive, so the manifests leave them out. */
    static final String[] OF_THE_PACKER = {
        "bin/activate", "bin/activate.fish", "bin/conda-unpack", "bin/conda_unpack_progress.py", "bin/deactivate"
    };

    private Fixtures() {}

    static Path file(String name) {
        Path directory = Path.of(System.getProperty("conda.stagehand.fixtures", "../shared/fixtures"));
        Path file = directory.resolve(name).toAbsolutePath().normalize();
        assumeTrue(Files.isReadable(file), () -> "no `" + file + "`: set -Dconda.stagehand.fixtures=DIR");
        return file;
    }

    /** What the staged copy holds where tar and conda-unpack would leave something wrong: docs/differences.md. */
    static void correct(Tree tree, String to) {
        String placeholder = Demo.PLACEHOLDER;
        boolean cached = tree.text("bin/python3.11").contains(placeholder);
        String old = cached ? placeholder : ORIGINAL;
        tree.correct("bin/python3.11", grown(tree.text("bin/python3.11"), old, to));
        tree.correct("bin/python3.11-config", tree.text("bin/python3.11-config").replace(old, to));
        tree.correct("lib/libfirst.so", grown(tree.text("lib/libfirst.so"), ORIGINAL, to));
        tree.correct("bin/perl-like", tree.text("bin/perl-like").replace("env perl", "env -S perl"));
        tree.correct("etc/conda/activate.d/zzz.conda-stage-auto.sh", "");
        if (to.length() <= ORIGINAL.length()) {
            String library = "lib/python3.11/site-packages/pipped/_native.so";
            tree.correct(library, tree.text(library).replace(ORIGINAL + "/lib", to + "/lib"));
        }
        tree.link("share/absolute-link", to + "/share/a.txt");
    }

    /** Conda left 255 bytes for each prefix in its binaries, so a longer one fits again. */
    private static String grown(String content, String old, String to) {
        if (to.length() <= old.length()) {
            return ManualWay.binary(content, old, to);
        }
        int at = content.indexOf(old);
        if (at < 0) {
            return content;
        }
        String string = content.substring(at, content.indexOf('\0', at));
        String moved = string.replace(old, to);
        String rest = content.substring(at + string.length());
        return content.substring(0, at) + moved + rest.substring(moved.length() - string.length());
    }
}
