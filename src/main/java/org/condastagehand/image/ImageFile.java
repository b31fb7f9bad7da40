package org.condastagehand.image;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Properties;
import org.condastagehand.host.BadRequest;
import org.condastagehand.resolve.EnvState;
import org.condastagehand.resolve.ImageLabel;

/**
 * An image: a squashfs of version 4 and behind it, at the next multiple of 4 KiB, its label, which whoever mounts the file never
 * sees. The superblock is that of the kernel's {@code fs/squashfs/squashfs_fs.h}.
 */
public final class ImageFile {
    private static final int SUPERBLOCK = 96;
    private static final int MAGIC = 0x73717368; // `hsqs`
    private static final int VERSION_AT = 28;
    private static final short VERSION = 4;
    private static final int USED_AT = 40;
    private static final long PADDING = 1 << 12;
    private static final int LONGEST = 1 << 16;
    private static final String FORMAT = "1";

    private ImageFile() {}

    /** By its name, as archives are. */
    public static boolean isNamed(Path file) {
        return file.toString().endsWith(".sqfs");
    }

    /** Reads the first bytes and the last. */
    public static ImageLabel label(Path image) throws BadRequest {
        try (FileChannel channel = FileChannel.open(image)) {
            long end = endOfFileSystem(channel, image);
            long length = channel.size() - end;
            if (length <= 0 || length > LONGEST) {
                throw new BadRequest(
                        "`" + image + "` does not say where it has to be mounted",
                        "make it with: conda-stagehand pack --image ENV");
            }
            return parse(
                    StandardCharsets.UTF_8
                            .decode(read(channel, end, (int) length))
                            .toString(),
                    image);
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + image + "`", e);
        }
    }

    private static long endOfFileSystem(FileChannel channel, Path image) throws IOException, BadRequest {
        ByteBuffer superblock = read(channel, 0, SUPERBLOCK).order(ByteOrder.LITTLE_ENDIAN);
        if (superblock.limit() < SUPERBLOCK
                || superblock.getInt(0) != MAGIC
                || superblock.getShort(VERSION_AT) != VERSION) {
            throw new BadRequest("`" + image + "` is no squashfs image");
        }
        long used = superblock.getLong(USED_AT);
        if (used < SUPERBLOCK || used > channel.size()) {
            throw new BadRequest("`" + image + "` is broken: it has " + channel.size()
                    + " bytes and should have at least " + Long.toUnsignedString(used));
        }
        return (used + PADDING - 1) / PADDING * PADDING;
    }

    private static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
            // the rest
        }
        return bytes.flip();
    }

    private static ImageLabel parse(String text, Path image) throws BadRequest {
        try {
            Properties values = new Properties();
            values.load(new StringReader(text));
            if (!FORMAT.equals(values.getProperty("conda-stagehand-image"))) {
                throw new BadRequest("`" + image + "` has a label of another version of this program");
            }
            Path prefix = Path.of(needed(values, "prefix"));
            if (!prefix.isAbsolute() || !prefix.normalize().equals(prefix)) {
                throw new IllegalArgumentException("prefix " + prefix);
            }
            return new ImageLabel(
                    prefix,
                    Path.of(needed(values, "original")),
                    new EnvState(needed(values, "state")),
                    Long.parseLong(needed(values, "files")),
                    Long.parseLong(needed(values, "bytes")),
                    needed(values, "packed_by"));
        } catch (IOException | IllegalArgumentException e) {
            throw new BadRequest("`" + image + "` has a broken label", e);
        }
    }

    private static String needed(Properties values, String key) {
        String value = values.getProperty(key);
        if (value == null) {
            throw new IllegalArgumentException("no " + key);
        }
        return value;
    }

    /** Puts a label behind a file system that is alone in its file. */
    static void append(FileChannel channel, Path image, ImageLabel label) throws IOException, BadRequest {
        Properties values = new Properties();
        values.setProperty("conda-stagehand-image", FORMAT);
        values.setProperty("prefix", label.prefix().toString());
        values.setProperty("original", label.original().toString());
        values.setProperty("state", label.state().digest());
        values.setProperty("files", Long.toString(label.files()));
        values.setProperty("bytes", Long.toString(label.bytes()));
        values.setProperty("packed_by", label.packedBy());
        StringWriter text = new StringWriter();
        values.store(text, null);
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
        long at = endOfFileSystem(channel, image);
        channel.truncate(at);
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }
}
