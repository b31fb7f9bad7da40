package org.condastagehand.stage;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/**
 * Writes archives as conda-pack does: pax headers with fractions of a second, directories only where they are empty, hard
 * links, and the records last, in {@code bin/conda-unpack}. Members stand in the order in which they are added.
 */
final class CondaPack {
    static final FileTime TIME = FileTime.from(Instant.ofEpochSecond(1_600_000_000, 123_456_700));

    private record Part(TarArchiveEntry entry, byte[] content) {}

    private final List<Part> parts = new ArrayList<>();
    private final List<String> records = new ArrayList<>();
    private String arcroot = "";
    private boolean recorded = true;

    CondaPack arcroot(String directory) {
        arcroot = directory + "/";
        return this;
    }

    /** As with {@code --dest-prefix}: the contents are right at one place, and there are no records. */
    CondaPack withoutRecords() {
        recorded = false;
        return this;
    }

    CondaPack file(String path, String content) {
        return file(path, 0644, content.getBytes(StandardCharsets.UTF_8));
    }

    CondaPack file(String path, int mode, byte[] content) {
        TarArchiveEntry entry = new TarArchiveEntry(path, true);
        entry.setMode(mode);
        entry.setSize(content.length);
        return add(entry, content);
    }

    CondaPack program(String path, String content) {
        return file(path, 0755, content.getBytes(StandardCharsets.UTF_8));
    }

    CondaPack directory(String path, int mode) {
        TarArchiveEntry entry = new TarArchiveEntry(path + "/", true);
        entry.setMode(mode);
        return add(entry, new byte[0]);
    }

    CondaPack symlink(String path, String target) {
        return link(path, target, TarConstants.LF_SYMLINK, new byte[0]);
    }

    CondaPack hardLink(String path, String target) {
        return link(path, target, TarConstants.LF_LINK, new byte[0]);
    }

    /** The defect of conda-pack 0.9.2: GNU tar ends with status 2 here and Python's tarfile stops. */
    CondaPack hardLinkWithData(String path, String target, String data) {
        return link(path, target, TarConstants.LF_LINK, data.getBytes(StandardCharsets.UTF_8));
    }

    CondaPack special(String path, byte type) {
        return add(new TarArchiveEntry(path, type, true), new byte[0]);
    }

    private CondaPack link(String path, String target, byte type, byte[] data) {
        TarArchiveEntry entry = new TarArchiveEntry(path, type, true);
        entry.setLinkName(target);
        entry.setMode(0777);
        entry.setSize(data.length);
        return add(entry, data);
    }

    private CondaPack add(TarArchiveEntry entry, byte[] content) {
        entry.setLastModifiedTime(TIME);
        parts.add(new Part(entry, content));
        return this;
    }

    CondaPack record(String path, String placeholder, String mode) {
        records.add("('" + path + "', '" + placeholder + "', '" + mode + "')");
        return this;
    }

    String script() {
        return "#!/usr/bin/env python\n_prefix_records = [\n" + String.join(",\n", records) + "\n]\n";
    }

    /** The ending of the name says how to compress; bzip2 and xz in two streams, as {@code conda-pack -j 2} does. */
    Path write(Path file) {
        try {
            byte[] tar = tar();
            int half = tar.length / 2;
            try (OutputStream out = Files.newOutputStream(file)) {
                if (file.toString().endsWith("bz2") || file.toString().endsWith("xz")) {
                    out.write(compressed(file, Arrays.copyOf(tar, half)));
                    out.write(compressed(file, Arrays.copyOfRange(tar, half, tar.length)));
                } else {
                    out.write(compressed(file, tar));
                }
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] tar() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            List<Part> all = new ArrayList<>(parts);
            if (recorded) {
                all.addAll(new CondaPack().program("bin/conda-unpack", script()).parts);
            }
            for (Part part : all) {
                TarArchiveEntry entry = part.entry();
                String target = entry.isLink() ? arcroot + entry.getLinkName() : entry.getLinkName();
                entry.setName(arcroot + entry.getName());
                entry.setLinkName(target);
                tar.putArchiveEntry(entry);
                tar.write(part.content());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] compressed(Path file, byte[] bytes) throws IOException {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        try (OutputStream out = compressor(file.toString(), to)) {
            out.write(bytes);
        }
        return to.toByteArray();
    }

    private static OutputStream compressor(String name, OutputStream to) throws IOException {
        String ending = name.substring(name.lastIndexOf('.') + 1);
        return switch (ending) {
            case "gz", "tgz" -> new GZIPOutputStream(to);
            case "bz2" -> new BZip2CompressorOutputStream(to);
            case "xz" -> new XZOutputStream(to, new LZMA2Options(1));
            case "zst" -> new ZstdOutputStream(to);
            default -> to;
        };
    }
}
