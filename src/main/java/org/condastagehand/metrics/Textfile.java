package org.condastagehand.metrics;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.Ownership;

/**
 * The file that node_exporter reads: replaced at once, in a directory that may be node_exporter's own. What is there by these
 * names is neither read nor followed.
 */
final class Textfile {
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-r--r--");

    private final Path file;
    private final int minUid;

    /**
     * @param minUid the lowest uid of a user who has jobs: none of theirs may own the directory
     */
    Textfile(Path file, int minUid) {
        this.file = file;
        this.minUid = minUid;
    }

    @Override
    public String toString() {
        return file.toString();
    }

    void write(String text) throws IOException, BadSite {
        Path directory = Objects.requireNonNull(file.getParent());
        Path name = Objects.requireNonNull(file.getFileName());
        requireSystems(directory);
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            if (!(stream instanceof SecureDirectoryStream<Path> open)) {
                throw new IOException("no directory by descriptor");
            }
            // node_exporter takes *.prom
            Path unfinished = directory.getFileSystem().getPath("." + name + ".new");
            delete(open, unfinished);
            try {
                fill(open, unfinished, text);
                open.move(unfinished, open, name);
            } catch (IOException e) {
                delete(open, unfinished);
                throw e;
            }
        }
    }

    private static void fill(SecureDirectoryStream<Path> directory, Path name, String text) throws IOException {
        Set<StandardOpenOption> anew = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (SeekableByteChannel out =
                directory.newByteChannel(name, anew, PosixFilePermissions.asFileAttribute(MODE))) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        }
        // not what the umask leaves of it
        directory
                .getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setPermissions(MODE);
    }

    private static void delete(SecureDirectoryStream<Path> directory, Path name) throws IOException {
        try {
            directory.deleteFile(name);
        } catch (NoSuchFileException e) {
            return; // as it should be
        }
    }

    private void requireSystems(Path directory) throws IOException, BadSite {
        Ownership found = Ownership.of(directory);
        if (Integer.compareUnsigned(found.uid(), minUid) >= 0 || found.isWorldWritable()) {
            throw new BadSite(
                    "`" + directory + "` can be changed by users, so root writes no metrics there",
                    "chown root " + directory + " && chmod o-w " + directory);
        }
    }
}
