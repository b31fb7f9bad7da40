package org.condastagehand.stage;

import java.nio.charset.StandardCharsets;

/** An archive with all the awkward cases that conda environments have in them. */
final class Demo {
    static final String ORIGINAL =
            "/shared/home/ada/envs/demo-with-a-rather-long-prefix-in-the-shared-file-system-of-the-site"
                    + "/which-is-longer-than-the-local-one/so-that-binaries-fit";
    static final String PLACEHOLDER =
            ("/opt/conda/conda-bld/work/_h_env_placehold_" + "placehold_".repeat(30)).substring(0, 255);
    static final String ELF = "\u007fELF\2\1\u00ff\u00fe\0";

    private Demo() {}

    static CondaPack pack() {
        return new CondaPack()
                .symlink("bin/python", "python3.11")
                .file("bin/python3.11", 0755, bytes(ELF + "\0".repeat(64) + PLACEHOLDER + "/lib\0tail"))
                .program("bin/python3.11-config", "#!/bin/sh\nprefix=\"" + PLACEHOLDER + "\"\n")
                .program("bin/perl", "#!/bin/sh\n")
                .program("bin/perl-like", "#!/usr/bin/env perl -w\nprint 1;\n")
                .program("bin/ruby-like", "#!/usr/bin/env ruby -w\nputs 1\n")
                .program("bin/two-places", "#!" + PLACEHOLDER + "/bin/python\nhome = '" + PLACEHOLDER + "'\n")
                .record("bin/two-places", PLACEHOLDER, "text")
                .program("bin/where-am-i", "#!/bin/sh\necho '" + PLACEHOLDER + "'\n")
                .record("bin/where-am-i", PLACEHOLDER, "text")
                .file("conda-meta/history", "==> 2024-01-01 00:00:00 <==\n")
                .file("conda-meta/python-3.11.7-0.json", META)
                .file("etc/conda/activate.d/tools.sh", "export TOOLS_HOME=\"$CONDA_PREFIX/share/tools\"\n")
                .file("etc/conda/activate.d/zzz.conda-stage-auto.sh", "export AUTO_STAGE_HOOK_RAN=1\n")
                .record("etc/conda/activate.d/zzz.conda-stage-auto.sh", ORIGINAL, "text")
                .symlink("etc/relative-link", "../share/a.txt")
                .file("lib/libfirst.so", 0755, bytes(ELF + PLACEHOLDER + "/a:" + PLACEHOLDER + "/b\0end"))
                .record("lib/libfirst.so", PLACEHOLDER, "binary")
                .file("lib/libpip.so", 0644, bytes(ELF + ORIGINAL + "/lib\0rpath" + ORIGINAL))
                .file("lib/readonly.py", 0444, bytes("prefix = '" + PLACEHOLDER + "'\n"))
                .record("lib/readonly.py", PLACEHOLDER, "text")
                .file("lib/cached.pyc", 0644, bytes("\0\1\2" + ORIGINAL + "/x.py\0"))
                .file("share/a.txt", "at " + ORIGINAL + "\n")
                .record("share/a.txt", ORIGINAL, "text")
                .symlink("share/absolute-link", ORIGINAL + "/share/a.txt")
                .hardLink("share/b.txt", "share/a.txt")
                .symlink("share/dangling", "no/such/file")
                .file("share/" + "long-".repeat(30) + "name.txt", "long\n")
                .file("share/größe-数.txt", "non-ASCII name\n")
                .file("share/unrecorded.txt", "stays as it is: " + ORIGINAL + "\n")
                .directory("var/empty", 0750)
                .program("bin/activate", "# activates\n");
    }

    private static final String META =
            "{\"name\": \"python\", \"paths_data\": {\"paths\": [{\"_path\": \"bin/python3.11\","
                    + " \"prefix_placeholder\": \"" + PLACEHOLDER + "\", \"file_mode\": \"binary\"}]}}";

    /** What the staged copy holds where tar and conda-unpack would leave something wrong: docs/differences.md. */
    static void correct(Tree tree, String to) {
        String prefix = ManualWay.latin(to);
        int padding = PLACEHOLDER.length() - prefix.length();
        tree.correct("bin/python3.11", ELF + "\0".repeat(64) + prefix + "/lib" + "\0".repeat(padding) + "\0tail");
        tree.correct("bin/python3.11-config", "#!/bin/sh\nprefix=\"" + prefix + "\"\n");
        tree.correct("bin/perl-like", "#!" + prefix + "/bin/perl -w\nprint 1;\n");
        tree.correct("bin/ruby-like", "#!/usr/bin/env -S ruby -w\nputs 1\n");
        tree.correct("etc/conda/activate.d/zzz.conda-stage-auto.sh", "");
        tree.correct("lib/libpip.so", ManualWay.binary(tree.text("lib/libpip.so"), ORIGINAL, prefix));
        tree.link("share/absolute-link", to + "/share/a.txt");
    }

    static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }
}
