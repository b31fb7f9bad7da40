package org.condastagehand.cache;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Properties;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.ProcessIdentity;
import org.condastagehand.image.Fuse;
import org.condastagehand.resolve.EnvState;

/**
 * What is known of an entry from the moment when it is whole; an entry without its note is none.
 *
 * @param identity the directory's {@code (dev=…,ino=…)}
 * @param state of the entry itself, as {@link org.condastagehand.resolve.EnvState#ofPrefix} gives it
 * @param boot the boot in which it was staged
 * @param census what was on the disk before that boot could end, see {@link Census}; empty for one that may lose content with it
 * @param name what the first job called it
 * @param source what it was staged from
 * @param bytes of its regular files
 * @param published st_ctime of the directory when it was whole, in nanoseconds: none of its files was changed later
 * @param image the node's copy of one that is mounted in place of a directory; {@code published} is then of that copy
 */
record EntryNote(
        String identity,
        String state,
        String boot,
        Optional<String> census,
        String name,
        Path source,
        long files,
        long bytes,
        long published,
        Optional<Path> image) {
    private static final String FORMAT = "1";
    private static final long LARGEST = 1 << 16;

    EntryNote madeDurable(String everything) {
        return new EntryNote(
                identity, state, boot, Optional.of(everything), name, source, files, bytes, published, image);
    }

    /** Empty when there is none, or one that another version of this program wrote. */
    static Optional<EntryNote> read(Path file) throws IOException {
        try {
            Properties values = new Properties();
            BasicFileAttributes found =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!found.isRegularFile() || found.size() > LARGEST) {
                return Optional.empty();
            }
            values.load(new StringReader(Files.readString(file)));
            return FORMAT.equals(values.getProperty("format")) ? Optional.of(of(values)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static EntryNote of(Properties values) {
        return new EntryNote(
                needed(values, "identity"),
                needed(values, "state"),
                needed(values, "boot"),
                Optional.ofNullable(values.getProperty("census")),
                needed(values, "name"),
                Path.of(needed(values, "source")),
                Long.parseLong(needed(values, "files")),
                Long.parseLong(needed(values, "bytes")),
                Long.parseLong(needed(values, "published")),
                Optional.ofNullable(values.getProperty("image")).map(Path::of));
    }

    private static String needed(Properties values, String key) {
        String value = values.getProperty(key);
        if (value == null) {
            throw new IllegalArgumentException("no " + key);
        }
        return value;
    }

    /** What has its bytes on the disk. */
    Path content(Path entry) {
        return image.orElse(entry);
    }

    /** Whether an entry is the one of this note, and has neither changed nor lost content with an earlier boot. */
    boolean isOf(Path entry) throws IOException {
        try {
            if (image.isPresent()) { // nobody can change it, and no boot outlives its mounts
                return Files.exists(image.get()) && Fuse.state(entry) == Fuse.State.SERVES;
            }
            return Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                    && identity.equals(FileTree.identity(entry))
                    && (census.isPresent() || boot.equals(ProcessIdentity.currentBoot()))
                    && state.equals(EnvState.ofPrefix(entry).digest());
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** The same for who need not see what is in it: an image may be mounted for another group than this process has. */
    boolean mayBeOf(Path entry) throws IOException {
        return isOf(entry)
                || (image.isPresent() && Files.exists(image.get()) && Fuse.state(entry) == Fuse.State.CLOSED);
    }

    /** All of it or nothing is there afterwards. */
    void write(Path file) throws IOException {
        Properties values = new Properties();
        values.setProperty("format", FORMAT);
        values.setProperty("identity", identity);
        values.setProperty("state", state);
        values.setProperty("boot", boot);
        census.ifPresent(text -> values.setProperty("census", text));
        values.setProperty("name", name);
        values.setProperty("source", source.toString());
        values.setProperty("files", Long.toString(files));
        values.setProperty("bytes", Long.toString(bytes));
        values.setProperty("published", Long.toString(published));
        image.ifPresent(copy -> values.setProperty("image", copy.toString()));
        StringWriter text = new StringWriter();
        values.store(text, null);
        Path unfinished = file.resolveSibling("." + file.getFileName() + ".new");
        Files.writeString(unfinished, text.toString());
        Files.setAttribute(unfinished, "unix:mode", 0644); // in the site's area everybody reads it, whatever the umask
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
