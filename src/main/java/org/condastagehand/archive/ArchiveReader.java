package org.condastagehand.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Sizes;
import org.condastagehand.host.StagingException;
import org.jspecify.annotations.Nullable;

/**
 * The members of an archive in their order, each path and kind checked. Whatever the bytes are, it ends, in bounded
 * memory, with a member, the end, or a {@link BadRequest}.
 */
public final class ArchiveReader implements AutoCloseable {
    /** conda-pack's largest header is a pax record with a path of some hundred bytes. */
    private static final long MOST_HEADER_BYTES = 1 << 20;

    private static final long MOST_TRAILING_BYTES = 16 << 20;
    private static final int SET_ID_BITS = 06000;
    /** PATH_MAX without its NUL. */
    private static final int MOST_TARGET_BYTES = 4095;

    private final Path file;
    private final Codec codec;
    private final boolean large;
    private final Decompression decompression;
    private final MeteredInput content;
    private final CheckedTar tar;
    private String last = "";

    private ArchiveReader(Path file, Codec codec, boolean large, Decompression decompression) {
        this.file = file;
        this.codec = codec;
        this.large = large;
        this.decompression = decompression;
        this.content = new MeteredInput(new ReadAhead(decompression, decompression::stop));
        this.tar = new CheckedTar(content);
    }

    /** Opens a regular file to be read by Java alone; a symlink to one is followed. */
    public static ArchiveReader open(Path file) throws StagingException {
        return open(file, ReadLimits.defaults());
    }

    /** The same with what the node allows, and has for it. */
    public static ArchiveReader open(Path file, ReadLimits limits) throws StagingException {
        try {
            // looked at before it is opened: to open a fifo is to wait for its writer
            if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
                throw new BadRequest("`" + file + "` is not a regular file");
            }
            BufferedInputStream raw = new BufferedInputStream(Files.newInputStream(file), Codec.RAW_BLOCK);
            return open(file, raw, limits);
        } catch (NoSuchFileException e) {
            throw new BadRequest("`" + file + "` does not exist");
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + file + "`", e);
        }
    }

    private static ArchiveReader open(Path file, BufferedInputStream raw, ReadLimits limits)
            throws IOException, BadRequest {
        try {
            refuseOtherFormats(file, raw);
            Codec codec = Codec.of(raw);
            long memory = DecoderMemory.of(codec, file);
            if (memory > limits.room(codec)) {
                throw new BadRequest(
                        "`" + file + "` needs " + Sizes.text(memory)
                                + " of memory to be decompressed, and `memory` leaves " + Sizes.text(limits.room(codec))
                                + " for it",
                        codec == Codec.ZSTD
                                ? "zstd -dc --long=31 " + file + " | zstd -9 -o SMALLER.tar.zst"
                                : "xz -dc " + file + " | xz -6 >SMALLER.tar.xz");
            }
            return new ArchiveReader(
                    file, codec, memory > limits.room(codec) / 2, new Decompression(codec, file, raw, memory, limits));
        } catch (IOException | BadRequest e) {
            raw.close();
            throw e;
        }
    }

    private static void refuseOtherFormats(Path file, BufferedInputStream raw) throws IOException, BadRequest {
        raw.mark(4);
        String magic = new String(raw.readNBytes(4), StandardCharsets.ISO_8859_1);
        raw.reset();
        // not `PK` alone, which could begin the name of a plain tar's first member
        if (magic.matches("(?s)PK[\\x03\\x05\\x07].") || magic.equals("hsqs")) {
            String format = magic.equals("hsqs") ? "squashfs image" : "zip";
            throw new BadRequest(
                    "`" + file + "` is a " + format + ", not a tar", "pack it again: conda-pack --format tar.gz");
        }
    }

    /** What the archive is, for people: {@code tar, gzip}. */
    public String format() {
        return codec.toString();
    }

    /** How many threads may write what is read: one where the decompressor takes most of the memory there is. */
    public int writers(int wanted) {
        return large ? 1 : wanted;
    }

    /** A line on what the node's own decompressor failed at while Java read the archive all the same; else absent. */
    public Optional<String> note() {
        return decompression.failure().map(failure -> "Java read `" + file + "` again from its beginning: " + failure);
    }

    /** The next member, after passing over what is unread of the last one; empty at the archive's end. */
    public Optional<Member> next() throws StagingException {
        try {
            while (true) {
                pass();
                TarArchiveEntry entry = header();
                if (entry == null) {
                    finish();
                    return Optional.empty();
                }
                last = entry.getName();
                Member member = member(entry);
                if (!member.path().isEmpty()) {
                    return Optional.of(member);
                }
            }
        } catch (IOException | RuntimeException e) {
            throw broken(e);
        }
    }

    /** The content of the member given last; reading past its end gives -1. */
    public InputStream content() {
        return tar;
    }

    /** A failed read of {@link #content()}, told as what it is: a broken archive. */
    public BadRequest broken(Exception cause) {
        String where = last.isEmpty() ? "" : " at member `" + last + "`";
        return new BadRequest(
                "`" + file + "` is broken" + where, "pack it again: conda-pack -o " + file + " --force", cause);
    }

    private void pass() throws IOException {
        byte[] sink = new byte[1 << 13];
        while (tar.getCurrentEntry() != null && tar.read(sink, 0, sink.length) >= 0) {
            // a member that nobody wanted, or the data that conda-pack wrongly gives a hard link
        }
    }

    private @Nullable TarArchiveEntry header() throws IOException {
        content.limit(MOST_HEADER_BYTES);
        try {
            return tar.getNextEntry();
        } finally {
            content.limit(Long.MAX_VALUE);
        }
    }

    private Member member(TarArchiveEntry entry) throws BadRequest {
        if (tar.garbled(entry)) {
            throw new BadRequest("the name or the link target of member `" + entry.getName() + "` is not UTF-8");
        }
        String path = MemberPath.check(entry.getName());
        Member.Kind kind = kind(entry);
        if (path.isEmpty() && kind != Member.Kind.DIRECTORY) {
            throw new BadRequest("the archive's own root is in it as something else than a directory");
        }
        if (kind == Member.Kind.FILE && (entry.getMode() & SET_ID_BITS) != 0) {
            throw new BadRequest("member `" + path + "` is set-uid or set-gid");
        }
        String link =
                switch (kind) {
                    case HARD_LINK -> MemberPath.check(entry.getLinkName());
                    case SYMLINK -> symlinkTarget(path, entry.getLinkName());
                    case FILE, DIRECTORY -> "";
                };
        long size = kind == Member.Kind.FILE ? entry.getSize() : 0;
        return new Member(kind, path, size, entry.getMode() & 0777, entry.getLastModifiedTime(), link);
    }

    private static Member.Kind kind(TarArchiveEntry entry) throws BadRequest {
        if (entry.isSparse()) {
            throw new BadRequest("member `" + entry.getName() + "` is stored sparse", "pack it again without `tar -S`");
        }
        byte flag = entry.getLinkFlag();
        return switch (flag) {
            // before ustar a `/` behind the name was all that made a directory
            case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM, TarConstants.LF_CONTIG ->
                entry.isDirectory() ? Member.Kind.DIRECTORY : Member.Kind.FILE;
            case TarConstants.LF_DIR -> Member.Kind.DIRECTORY;
            case TarConstants.LF_SYMLINK -> Member.Kind.SYMLINK;
            case TarConstants.LF_LINK -> Member.Kind.HARD_LINK;
            default ->
                throw new BadRequest("member `" + entry.getName() + "` is a device, a fifo or of an unknown kind (type "
                        + (flag & 0xff) + ")");
        };
    }

    private static String symlinkTarget(String path, String target) throws BadRequest {
        boolean named = !target.isEmpty() && target.indexOf('\0') < 0 && target.indexOf('\uFFFD') < 0;
        if (!named || target.getBytes(StandardCharsets.UTF_8).length > MOST_TARGET_BYTES) {
            throw new BadRequest("the symlink `" + path + "` has no target that a file system takes");
        }
        return target;
    }

    /** An archive that was cut between two members looks whole but for the end that tar writes. */
    private void finish() throws IOException {
        if (!tar.sawEnd) {
            throw new IOException("it ends without tar's end mark: it was cut off");
        }
        content.limit(MOST_TRAILING_BYTES);
        // what follows is padding, and the checksum that says whether all before it was right
        while (content.read(new byte[1 << 13]) >= 0) {
            // read on
        }
    }

    @Override
    public void close() {
        content.close();
    }
}
