package org.condastagehand.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.Programs;

/**
 * Programs of this node that decompress in place of Java, absent where Java does it itself. Each takes {@code -dc}, the
 * archive as its stdin, and gives the content to its stdout.
 */
public record Decompressors(Optional<Path> gzip, Optional<Path> bzip2) {
    /** Java alone. */
    public static final Decompressors NONE = new Decompressors(Optional.empty(), Optional.empty());

    /**
     * What a site's choice means here. A program that this node lacks is no error: trees are shared among nodes.
     *
     * @param choice {@code auto}, {@code java}, or for gzip a program's name or its absolute path
     * @param measured the file of lines such as {@code gzip=/usr/bin/igzip} that the installation wrote
     */
    public static Decompressors of(String choice, Optional<Path> measured) {
        if (choice.equals("java")) {
            return NONE;
        }
        List<String> lines = measured.map(Decompressors::lines).orElse(List.of());
        Optional<Path> gzip = choice.equals("auto") ? measured(lines, "gzip=") : named(choice);
        return new Decompressors(gzip, measured(lines, "bzip2="));
    }

    private static Optional<Path> measured(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key + "/"))
                .map(line -> Path.of(line.substring(key.length())))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Optional<Path> named(String program) {
        return program.startsWith("/")
                ? Optional.of(Path.of(program)).filter(Files::isExecutable)
                : Programs.find(program);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of(); // nothing was measured
        }
    }

    /** The command that reads this codec. */
    Optional<List<String>> command(Codec codec, int threads) {
        return switch (codec) {
            case GZIP -> gzip.map(program -> List.of(program.toString(), "-dc"));
            // left alone it starts a thread for each core of the node, with 8 MB for each
            case BZIP2 -> bzip2.map(program -> List.of(program.toString(), "-n", Integer.toString(threads), "-dc"));
            case NONE, XZ, ZSTD -> Optional.empty();
        };
    }
}
