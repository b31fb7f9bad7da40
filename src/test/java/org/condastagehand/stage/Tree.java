package org.condastagehand.stage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The names, types, modes, contents and link targets of a tree, as values that can be compared. */
final class Tree {
    /** A regular file's content, which all its hard links share. */
    static final class Inode {
        final int mode;
        byte[] content;

        Inode(int mode, byte[] content) {
            this.mode = mode;
            this.content = content;
        }
    }

    private final Map<String, Inode> files = new TreeMap<>();
    private final Map<String, String> links = new TreeMap<>();
    private final Map<String, Integer> directories = new TreeMap<>();

    static Tree of(Path root) throws IOException {
        Tree tree = new Tree();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths.filter(any -> !any.equals(root))::iterator) {
                String name = root.relativize(path).toString();
                int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
                if (Files.isSymbolicLink(path)) {
                    tree.link(name, Files.readSymbolicLink(path).toString());
                } else if (Files.isDirectory(path)) {
                    tree.directory(name, mode);
                } else {
                    tree.file(name, new Inode(mode, Files.readAllBytes(path)));
                }
            }
        }
        return tree;
    }

    void file(String path, Inode inode) {
        replace(path);
        files.put(path, inode);
    }

    void link(String path, String target) {
        replace(path);
        links.put(path, target);
    }

    void directory(String path, int mode) {
        parents(path);
        directories.put(path, mode);
    }

    private void replace(String path) {
        parents(path);
        files.remove(path);
        links.remove(path);
    }

    private void parents(String path) {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            directories.putIfAbsent(path.substring(0, slash), 0755);
        }
    }

    Inode inode(String path) {
        if (!files.containsKey(path)) {
            throw new AssertionError("no file `" + path + "` among " + files.keySet());
        }
        return files.get(path);
    }

    boolean has(String path) {
        return files.containsKey(path);
    }

    /** The content in ISO-8859-1, which keeps every byte as it is. */
    String text(String path) {
        return new String(inode(path).content, StandardCharsets.ISO_8859_1);
    }

    /** What we are right in and the pair of tar and conda-unpack is not. */
    void correct(String path, String content) {
        inode(path).content = content.getBytes(StandardCharsets.ISO_8859_1);
    }

    void without(String... paths) {
        List.of(paths).forEach(files::remove);
    }

    /** One line each, modes without the bits of {@code umask}. */
    List<String> lines(int umask) {
        Stream<String> all = Stream.of(
                        directories.entrySet().stream()
                                .map(entry -> entry.getKey() + " dir " + octal(entry.getValue() & ~umask)),
                        files.entrySet().stream()
                                .map(entry -> entry.getKey() + " file " + octal(entry.getValue().mode & ~umask) + " "
                                        + sha256(entry.getValue().content)),
                        links.entrySet().stream().map(entry -> entry.getKey() + " link " + entry.getValue()))
                .flatMap(lines -> lines);
        return all.sorted().toList();
    }

    /** What only this tree has, after a {@code +}, and what only the other has, after a {@code -}. */
    List<String> against(Tree other, int umask) {
        List<String> mine = lines(0);
        List<String> theirs = other.lines(umask);
        Stream<String> more =
                mine.stream().filter(line -> !theirs.contains(line)).map(line -> "+ " + line);
        Stream<String> less =
                theirs.stream().filter(line -> !mine.contains(line)).map(line -> "- " + line);
        return Stream.concat(more, less).toList();
    }

    /** The lines of the fixtures' manifests, which give directories no mode. */
    List<String> manifest() {
        Stream<String> all = Stream.of(
                        directories.keySet().stream().map(path -> "dir ./" + path),
                        files.entrySet().stream()
                                .map(entry -> "file " + octal(entry.getValue().mode) + " "
                                        + sha256(entry.getValue().content) + " ./" + entry.getKey()),
                        links.entrySet().stream().map(entry -> "link " + entry.getValue() + " ./" + entry.getKey()))
                .flatMap(lines -> lines);
        return all.sorted().toList();
    }

    private static String octal(int mode) {
        return Integer.toOctalString(mode);
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
