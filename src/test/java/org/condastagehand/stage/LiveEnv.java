package org.condastagehand.stage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Lays out an environment as conda and pip do, and says how the same would look at another place. */
final class LiveEnv {
    /** Whose file it is, which decides what a new prefix does to it. */
    enum Kind {
        /** Conda's or pip's; every occurrence is replaced. */
        TEXT,
        /** Conda's: NULs stand where the build's placeholder was longer than the prefix. */
        BINARY,
        /** Built here by pip: no room for a longer prefix. */
        PIP_BINARY,
        /** Holds the prefix and must stay as it is. */
        AS_IS
    }

    private record Item(String path, int mode, Kind kind, String template) {
        String placed(String prefix) {
            return switch (kind) {
                case BINARY -> ManualWay.binary(template, Demo.PLACEHOLDER, prefix);
                case TEXT, PIP_BINARY, AS_IS -> template.replace(Demo.PLACEHOLDER, prefix);
            };
        }

        String moved(String from, String to) {
            return switch (kind) {
                case BINARY -> placed(to);
                case TEXT -> withShortFirstLine(placed(to), to);
                case AS_IS -> placed(from);
                case PIP_BINARY ->
                    to.length() > from.length() ? placed(from) : ManualWay.binary(placed(from), from, to);
            };
        }
    }

    /** Linux cuts a first line at 127 bytes. */
    private static String withShortFirstLine(String script, String prefix) {
        boolean cut = script.startsWith("#!" + prefix) && script.indexOf('\n') > 127;
        return cut ? script.replace("#!" + prefix + "/bin/", "#!/usr/bin/env ") : script;
    }

    private final List<Item> items = new ArrayList<>();

    /** In the template the build's placeholder stands for the prefix. */
    LiveEnv file(String path, int mode, Kind kind, String template) {
        items.add(new Item(path, mode, kind, template));
        return this;
    }

    static LiveEnv demo() {
        String p = Demo.PLACEHOLDER;
        return new LiveEnv()
                .file("bin/python3.11", 0755, Kind.BINARY, Demo.ELF + "\0".repeat(64) + p + "/lib\0tail")
                .file("bin/python3.11-config", 0755, Kind.TEXT, "#!/bin/sh\nprefix=\"" + p + "\"\n")
                .file("bin/clicky", 0755, Kind.TEXT, "#!" + p + "/bin/python3.11\nimport clicky\n")
                .file("bin/pipped", 0755, Kind.TEXT, "#!" + p + "/bin/python3.11\nimport pipped\n")
                .file("conda-meta/history", 0644, Kind.TEXT, "==> 2024-01-01 00:00:00 <==\n")
                .file("etc/conda/activate.d/tools.sh", 0644, Kind.TEXT, "export TOOLS=" + p + "/share\n")
                .file("lib/libfirst.so", 0755, Kind.BINARY, Demo.ELF + p + "/a:" + p + "/b\0end")
                .file("lib/libplain.so", 0644, Kind.TEXT, Demo.ELF + "no prefix in it")
                .file("lib/readonly.py", 0444, Kind.TEXT, "prefix = '" + p + "'\n")
                .file("lib/edited.py", 0600, Kind.TEXT, "edited_by_user = '" + p + "'\n")
                .file("lib/cached.pyc", 0644, Kind.AS_IS, "\0\1\2" + p + "/x.py\0")
                .file("lib/pip/_native.so", 0755, Kind.PIP_BINARY, Demo.ELF + p + "/lib\0rpath")
                .file("share/a.txt", 0644, Kind.TEXT, "hard linked, at " + p + "\n");
    }

    /** Makes it at {@code prefix}, whose files name {@code named}: the same, or another way to it. */
    Path make(Path prefix, String named) throws IOException {
        StringBuilder paths = new StringBuilder();
        for (Item item : items) {
            Path file = prefix.resolve(item.path());
            Files.createDirectories(file.getParent());
            Files.write(file, item.placed(named).getBytes(ISO_8859_1));
            Files.setAttribute(file, "unix:mode", item.mode());
            Files.setLastModifiedTime(file, CondaPack.TIME);
            if (item.kind() == Kind.BINARY) {
                paths.append(paths.isEmpty() ? "" : ",").append("{\"_path\":\"" + item.path() + "\",");
                paths.append("\"prefix_placeholder\":\"" + Demo.PLACEHOLDER + "\",\"file_mode\":\"binary\"}");
            }
        }
        Files.writeString(prefix.resolve("conda-meta/demo-1-0.json"), "{\"paths_data\":{\"paths\":[" + paths + "]}}");
        Files.createSymbolicLink(prefix.resolve("bin/python"), Path.of("python3.11"));
        Files.createSymbolicLink(prefix.resolve("bin/absolute"), Path.of(named, "share/a.txt"));
        Files.createSymbolicLink(prefix.resolve("bin/dangling"), Path.of("/no/such/file"));
        if (Files.notExists(prefix.resolve("share/a.txt"))) {
            return prefix;
        }
        Files.createLink(prefix.resolve("share/b.txt"), prefix.resolve("share/a.txt"));
        Files.createDirectories(prefix.resolve("var/empty"));
        Files.setLastModifiedTime(prefix.resolve("var/empty"), CondaPack.TIME);
        return prefix;
    }

    Path make(Path prefix) throws IOException {
        return make(prefix, prefix.toString());
    }

    /** How it has to look when it was moved from a prefix to another. */
    Tree moved(Path made, String from, String to) throws IOException {
        Tree tree = Tree.of(made);
        for (Item item : items) {
            tree.correct(item.path(), item.moved(from, to));
        }
        if (tree.has("share/b.txt")) {
            tree.file("share/b.txt", tree.inode("share/a.txt"));
        }
        tree.link("bin/absolute", to + "/share/a.txt");
        return tree;
    }
}
