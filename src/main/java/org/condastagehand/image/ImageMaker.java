package org.condastagehand.image;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;
import org.condastagehand.resolve.ImageLabel;
import org.jspecify.annotations.Nullable;

/** Makes an image of a tree, by {@code mksquashfs}. */
public final class ImageMaker implements AutoCloseable {
    /**
     * What starts quickest when it is mounted and is not much larger than others: docs/benchmarks.md has the measurements. All
     * belongs to root in it, so that it is the same whoever packs; who may read it the image's own mode says.
     */
    private static final List<String> OPTIONS = List.of(
            "-noappend",
            "-no-progress",
            "-no-xattrs",
            "-all-root",
            "-comp",
            "zstd",
            "-Xcompression-level",
            "3",
            "-b",
            "131072");

    private static final int MOST_COMPLAINT_BYTES = 1 << 12;

    private final Path program;
    private volatile @Nullable Process running;

    private ImageMaker(Path program) {
        this.program = program;
    }

    /**
     * Looks for the program.
     *
     * @param path a PATH to look in: it is the user who packs, and an environment may have it
     */
    public static ImageMaker in(String path) throws NodeFault {
        return Stream.concat(Arrays.stream(path.split(":", -1)), Stream.of("/usr/sbin", "/usr/bin"))
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, "mksquashfs"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(ImageMaker::new)
                .orElseThrow(() -> new NodeFault(
                        "an image is made by `mksquashfs`, which is not here",
                        "install squashfs-tools, or: conda install -n base squashfs-tools"));
    }

    /**
     * Makes it.
     *
     * @param tree relocated to the label's prefix
     * @param image an empty file
     * @param threads that compress
     */
    public void make(Path tree, Path image, ImageLabel label, int threads) throws StagingException {
        try {
            run(tree, image, threads);
            try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                ImageFile.append(channel, image, label);
            }
        } catch (IOException e) {
            throw new NodeFault("cannot write `" + image + "`", e);
        }
    }

    private void run(Path tree, Path image, int threads) throws IOException, StagingException {
        Path said = image.resolveSibling(image.getFileName() + ".said");
        List<String> command = Stream.of(
                        Stream.of(program.toString(), tree.toString(), image.toString()),
                        OPTIONS.stream(),
                        Stream.of("-processors", Integer.toString(threads)))
                .flatMap(words -> words)
                .toList();
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(said.toFile());
        builder.environment().clear();
        try {
            Process process = builder.start();
            running = process;
            int status = process.waitFor();
            if (status != 0) {
                throw new NodeFault("`" + program + "` ended with status " + status + complaint(said));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeFault("interrupted while `" + image + "` was written");
        } finally {
            close();
            Files.deleteIfExists(said);
        }
    }

    private static String complaint(Path said) throws IOException {
        byte[] bytes = new byte[MOST_COMPLAINT_BYTES];
        try (InputStream in = Files.newInputStream(said)) {
            int length = in.readNBytes(bytes, 0, bytes.length);
            Optional<String> line = new String(bytes, 0, length, StandardCharsets.UTF_8)
                    .lines()
                    .filter(text -> !text.isBlank())
                    .findFirst();
            return line.map(text -> ": " + text.strip()).orElse("");
        }
    }

    /** Ends the program, from whatever thread, if it runs. */
    @Override
    public void close() {
        Process process = running;
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
