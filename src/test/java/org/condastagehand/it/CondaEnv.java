package org.condastagehand.it;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A small conda environment: as conda installs it at a prefix, and as conda-pack packs it. */
final class CondaEnv {
    /** As conda-build writes it: long enough for any prefix. */
    private static final String PLACEHOLDER = "/opt/build/" + "_placehold".repeat(24);

    private static final int EXECUTABLE = 0755;
    private static final int PLAIN = 0644;

    private enum Kind {
        TEXT,
        BINARY,
        RAW
    }

    private record Member(Kind kind, int mode, byte[] content) {}

    private final Map<String, Member> members = new TreeMap<>();
    private final Map<String, String> symlinks = new TreeMap<>();

    private CondaEnv() {}

    /** Programs that say where they are by their text, their binary and their interpreter. */
    static CondaEnv small() {
        CondaEnv env = new CondaEnv();
        env.text("bin/python", EXECUTABLE, "#!/bin/sh", "echo \"python of " + PLACEHOLDER + ": ${0##*/} $*\"");
        env.text("bin/whereami", EXECUTABLE, "#!/bin/sh", "echo " + PLACEHOLDER);
        env.text("bin/tool", EXECUTABLE, "#!" + PLACEHOLDER + "/bin/python", "print()");
        env.text(
                "bin/binary-prefix",
                EXECUTABLE,
                "#!/bin/sh",
                "tr '\\000' '\\n' <" + PLACEHOLDER + "/lib/prefix.bin | grep -a '/lib$'");
        env.put("lib/prefix.bin", Kind.BINARY, PLAIN, "BIN\0\0" + PLACEHOLDER + "/lib\0END\0");
        env.text("etc/conda/activate.d/a.sh", PLAIN, "export ACTIVATED_FROM=" + PLACEHOLDER);
        env.text("etc/conda/activate.d/z.conda-stage-auto.sh", PLAIN, "echo THE AUTO-STAGE HOOK RAN");
        env.raw("conda-meta/history", "==> 2024-01-01 00:00:00 <==\n");
        env.raw("conda-meta/state", "{\"version\": 1, \"env_vars\": {\"FROM_STATE\": \"a value\"}}\n");
        env.raw(
                "conda-meta/demo-1.0-0.json",
                "{\"name\": \"demo\", \"paths_data\": {\"paths\": [{\"_path\": \"lib/prefix.bin\", \"path_type\": "
                        + "\"hardlink\", \"file_mode\": \"binary\", \"prefix_placeholder\": \"" + PLACEHOLDER
                        + "\"}]}}\n");
        env.symlinks.put("bin/python3", "python");
        return env;
    }

    /** As many more files, as packages bring them, of some kilobytes that do not compress. */
    CondaEnv withFiles(int number) {
        Random random = new Random(number);
        for (int file = 0; file < number; file++) {
            byte[] content = new byte[1000 + random.nextInt(8000)];
            random.nextBytes(content);
            members.put("lib/data/" + file % 40 + "/file-" + file, new Member(Kind.RAW, PLAIN, content));
        }
        return this;
    }

    CondaEnv withFile(String path, String content) {
        raw(path, content);
        return this;
    }

    private void text(String path, int mode, String... lines) {
        put(path, Kind.TEXT, mode, String.join("\n", lines) + "\n");
    }

    private void raw(String path, String content) {
        put(path, Kind.RAW, PLAIN, content);
    }

    private void put(String path, Kind kind, int mode, String content) {
        members.put(path, new Member(kind, mode, content.getBytes(StandardCharsets.UTF_8)));
    }

    /** Installs it, each prefix in it being this one, and gives the prefix. */
    Path install(Path prefix, TestUser owner) {
        try {
            for (Map.Entry<String, Member> member : members.entrySet()) {
                Path file = prefix.resolve(member.getKey());
                Files.createDirectories(file.getParent());
                Files.write(file, relocated(member.getValue(), prefix.toString()));
                boolean executable = member.getValue().mode() == EXECUTABLE;
                Files.setPosixFilePermissions(
                        file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
            }
            for (Map.Entry<String, String> link : symlinks.entrySet()) {
                Files.createSymbolicLink(prefix.resolve(link.getKey()), Path.of(link.getValue()));
            }
            owner.own(prefix);
            return prefix;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] relocated(Member member, String prefix) {
        String content = new String(member.content(), StandardCharsets.ISO_8859_1);
        return switch (member.kind()) {
            case RAW -> member.content();
            case TEXT -> content.replace(PLACEHOLDER, prefix).getBytes(StandardCharsets.ISO_8859_1);
            case BINARY ->
                content.replace(
                                PLACEHOLDER + "/lib\0",
                                prefix + "/lib\0" + "\0".repeat(PLACEHOLDER.length() - prefix.length()))
                        .getBytes(StandardCharsets.ISO_8859_1);
        };
    }

    /** Packs it as {@code .tar.gz} with its relocation records last, and gives the archive. */
    Path pack(Path archive, TestUser owner) {
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(archive));
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(file), "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            for (Map.Entry<String, Member> member : members.entrySet()) {
                add(tar, member.getKey(), member.getValue());
            }
            for (Map.Entry<String, String> link : symlinks.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(link.getKey(), TarConstants.LF_SYMLINK);
                entry.setLinkName(link.getValue());
                tar.putArchiveEntry(entry);
                tar.closeArchiveEntry();
            }
            add(tar, "bin/conda-unpack", new Member(Kind.RAW, EXECUTABLE, unpackScript()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        owner.own(archive);
        return archive;
    }

    private static void add(TarArchiveOutputStream tar, String path, Member member) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(path);
        entry.setMode(member.mode());
        entry.setSize(member.content().length);
        entry.setModTime(1_600_000_000_000L);
        tar.putArchiveEntry(entry);
        tar.write(member.content());
        tar.closeArchiveEntry();
    }

    private byte[] unpackScript() {
        ByteArrayOutputStream script = new ByteArrayOutputStream();
        script.writeBytes("#!/usr/bin/env python\n_prefix_records = [\n".getBytes(StandardCharsets.UTF_8));
        members.forEach((path, member) -> {
            if (member.kind() != Kind.RAW) {
                String mode = member.kind() == Kind.TEXT ? "text" : "binary";
                String line = "('" + path + "', '" + PLACEHOLDER + "', '" + mode + "'),\n";
                script.writeBytes(line.getBytes(StandardCharsets.UTF_8));
            }
        });
        script.writeBytes("]\n".getBytes(StandardCharsets.UTF_8));
        return script.toByteArray();
    }
}
