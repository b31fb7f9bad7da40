package org.condastagehand.stage;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** What users did before: {@code tar -xf} and conda-unpack, a literal port of both (conda-pack 0.9.2, prefixes.py). */
final class ManualWay {
    private static final Pattern RECORD =
            Pattern.compile("\\(['\"](?<path>.*)['\"], '(?<placeholder>.*)', '(?<mode>text|binary)'\\)");

    private ManualWay() {}

    static Tree unpackedAt(Path archive, Path prefix, String arcroot) throws IOException {
        Tree tree = untar(archive, arcroot);
        if (tree.has("bin/conda-unpack")) {
            unpack(tree, prefix.toString());
        }
        return tree;
    }

    static Tree untar(Path archive, String arcroot) throws IOException {
        Tree tree = new Tree();
        try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
                TarArchiveInputStream tar = new TarArchiveInputStream(decompress(archive, file), "UTF-8")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String path = below(arcroot, entry.getName());
                if (entry.isDirectory()) {
                    tree.directory(path.substring(0, path.length() - 1), entry.getMode() & 0777);
                } else if (entry.isSymbolicLink()) {
                    tree.link(path, entry.getLinkName());
                } else if (entry.isLink()) {
                    tree.file(path, tree.inode(below(arcroot, entry.getLinkName())));
                } else {
                    tree.file(path, new Tree.Inode(entry.getMode() & 0777, tar.readAllBytes()));
                }
            }
        }
        return tree;
    }

    private static String below(String arcroot, String name) {
        if (!name.startsWith(arcroot)) {
            throw new AssertionError("`" + name + "` is not below `" + arcroot + "`");
        }
        return name.substring(arcroot.length());
    }

    private static InputStream decompress(Path archive, InputStream file) throws IOException {
        String name = archive.toString();
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "gz" -> new GZIPInputStream(file);
            case "bz2" -> new BZip2CompressorInputStream(file, true);
            case "xz" -> new XZInputStream(file);
            case "zst" -> new ZstdCompressorInputStream(file);
            default -> file;
        };
    }

    private static void unpack(Tree tree, String prefix) {
        Matcher record = RECORD.matcher(new String(tree.inode("bin/conda-unpack").content, StandardCharsets.UTF_8));
        while (record.find()) {
            String path = record.group("path");
            String content = tree.text(path);
            String placeholder = latin(record.group("placeholder"));
            tree.correct(
                    path,
                    record.group("mode").equals("text")
                            ? content.replace(placeholder, latin(prefix))
                            : binary(content, placeholder, latin(prefix)));
        }
    }

    /** {@code binary_replace}: all occurrences in one C string, and as many NULs behind it as they were longer. */
    static String binary(String content, String placeholder, String prefix) {
        Matcher string = Pattern.compile(Pattern.quote(placeholder) + "([^\0]*?)\0", Pattern.DOTALL)
                .matcher(content);
        return string.replaceAll(match -> {
            int occurrences = match.group().split(Pattern.quote(placeholder), -1).length - 1;
            int padding = (placeholder.length() - prefix.length()) * occurrences;
            return Matcher.quoteReplacement(match.group().replace(placeholder, prefix) + "\0".repeat(padding));
        });
    }

    /** The UTF-8 bytes, a character each. */
    static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
