package org.condastagehand.pack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.condastagehand.host.Sha256;

/** An environment as conda and pip lay it out, and how the same looks at any other prefix. A char here is a byte there. */
final class Env {
    static final String PLACEHOLDER =
            ("/opt/conda/conda-bld/work/_h_env_placehold_" + "placehold_".repeat(30)).substring(0, 255);
    static final String ELF = "\u007fELF\2\1\u00ff\u00fe\0";
    static final FileTime TIME = FileTime.from(Instant.ofEpochSecond(1_600_000_000, 123_456_700));

    /** Who wrote a file, which decides what another prefix does to it. */
    enum Kind {
        TEXT,
        BINARY,
        /** pip's: there is no record of it. */
        PIP_TEXT,
        /** Holds the prefix and stays as it is. */
        AS_IS
    }

    private record Item(Kind kind, int mode, String template) {
        byte[] at(String prefix) {
            String content = kind == Kind.BINARY ? binary(template, prefix) : template.replace(PLACEHOLDER, prefix);
            return content.getBytes(ISO_8859_1);
        }
    }

    final Path prefix;
    private final Map<String, Item> items = new LinkedHashMap<>();

    Env(Path prefix) {
        this.prefix = prefix;
    }

    /** In the template the build's placeholder stands for the prefix. */
    Env file(String path, int mode, Kind kind, String template) throws IOException {
        Item item = new Item(kind, mode, template);
        items.put(path, item);
        Path file = prefix.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, item.at(prefix.toString()));
        Files.setAttribute(file, "unix:mode", mode);
        Files.setLastModifiedTime(file, TIME);
        return this;
    }

    /** An environment with all the awkward cases. */
    static Env demo(Path prefix) throws IOException {
        String p = PLACEHOLDER;
        Env env = new Env(prefix)
                .file("bin/python3.11", 0755, Kind.BINARY, ELF + "\0".repeat(64) + p + "/lib\0tail")
                .file("bin/python3.11-config", 0755, Kind.TEXT, "#!/bin/sh\nprefix=\"" + p + "\"\n")
                .file("bin/clicky", 0755, Kind.TEXT, "#!" + p + "/bin/python3.11\nimport clicky\n")
                .file("bin/pipped", 0755, Kind.PIP_TEXT, "#!" + p + "/bin/python3.11\nimport pipped\n")
                .file("conda-meta/history", 0644, Kind.AS_IS, "# cmd: conda create -p " + p + "\n")
                .file("etc/conda/activate.d/tools.sh", 0644, Kind.TEXT, "export TOOLS=" + p + "/share\n")
                .file("lib/libfirst.so", 0755, Kind.BINARY, ELF + p + "/a:" + p + "/b\0end\0" + p + "\0\0" + p)
                .file("lib/libplain.so", 0644, Kind.TEXT, ELF + "no prefix in it")
                .file("lib/readonly.py", 0444, Kind.TEXT, "prefix = '" + p + "'\n")
                .file("lib/it's \"odd\" & [so].py", 0644, Kind.TEXT, "'" + p + "'\n")
                .file("lib/it's.py", 0644, Kind.PIP_TEXT, p + p + "\n\n" + p)
                .file("lib/cached.pyc", 0644, Kind.AS_IS, "\0\1\2" + p + "/x.py\0")
                .file("lib/latin.txt", 0644, Kind.AS_IS, "\u00e9" + p)
                .file("lib/pip/_native.so", 0755, Kind.AS_IS, ELF + p + "/lib\0rpath")
                .file("lib/" + "long-".repeat(30) + "name.txt", 0600, Kind.TEXT, "long\n")
                .file("share/empty", 0644, Kind.TEXT, "")
                .file("share/a.txt", 0644, Kind.PIP_TEXT, "hard linked, at " + p + "\n");
        Files.createLink(prefix.resolve("share/b.txt"), prefix.resolve("share/a.txt"));
        Files.createDirectories(prefix.resolve("var/empty"));
        link("bin/python", "python3.11", prefix);
        link("share/absolute", prefix + "/share/a.txt", prefix);
        link("share/up", prefix + "/lib/libfirst.so", prefix);
        link("top", prefix.toString(), prefix);
        link("share/dangling", "/no/such/file", prefix);
        return env.meta();
    }

    private static void link(String path, String target, Path prefix) throws IOException {
        Files.createSymbolicLink(prefix.resolve(path), Path.of(target));
    }

    /** Writes the record of the package that all but pip's files are of. */
    Env meta() throws IOException {
        List<String> paths = new ArrayList<>();
        items.forEach((path, item) -> {
            if ((item.kind() == Kind.TEXT || item.kind() == Kind.BINARY) && path.indexOf('"') < 0) {
                boolean holds = item.template().contains(PLACEHOLDER);
                String mode = item.kind() == Kind.BINARY ? "binary" : "text";
                String more = holds
                        ? ", \"file_mode\": \"" + mode + "\", \"prefix_placeholder\": \"" + PLACEHOLDER
                                + "\", \"sha256_in_prefix\": \"" + sha256(item.at(prefix.toString())) + "\""
                        : "";
                paths.add("{\"_path\": \"" + path + "\", \"sha256\": \""
                        + sha256(item.template().getBytes(ISO_8859_1)) + "\"" + more + "}");
            }
        });
        Path record = prefix.resolve("conda-meta/demo-pkg-1-0.json");
        Files.createDirectories(record.getParent());
        Files.writeString(
                record,
                "{\n \"extracted_package_dir\": \"/cache/pkgs/demo-pkg-1-0\",\n \"link\": {\"source\": \"/cache/pkgs/d\","
                        + " \"type\": 1},\n \"package_tarball_full_path\": \"/cache/pkgs/demo.conda\",\n"
                        + " \"paths_data\": {\"paths\": [" + String.join(",\n", paths) + "]}\n}\n");
        return this;
    }

    /** A file's content at another prefix. */
    String at(String path, String other) {
        Item item = items.get(path);
        boolean stays = item.kind() == Kind.AS_IS;
        return new String(item.at(stays ? prefix.toString() : other), ISO_8859_1);
    }

    Iterable<String> paths() {
        return items.keySet();
    }

    private static String sha256(byte[] content) {
        return HexFormat.of().formatHex(Sha256.digest().digest(content));
    }

    /** What conda makes of a binary: in each string that a NUL ends, padding where it became shorter. */
    private static String binary(String template, String prefix) {
        StringBuilder result = new StringBuilder();
        int from = 0;
        for (int end = template.indexOf('\0'); end >= 0; end = template.indexOf('\0', from)) {
            String string = template.substring(from, end);
            String replaced = string.replace(PLACEHOLDER, prefix);
            result.append(replaced).append("\0".repeat(string.length() - replaced.length() + 1));
            from = end + 1;
        }
        return result.append(template.substring(from)).toString();
    }
}
