package org.condastagehand.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Sizes;
import org.condastagehand.host.StagingException;

/**
 * The members of an archive in their order, each path and kind checked. Whatever the bytes are, it ends, in bounded
 * memory, with a member, the end, or a {@link BadRequest}.
 */
public final class ArchiveReader implements AutoCloseable {
    private static final long MOST_TRAILING_BYTES = 16 << 20;
    private final ArchiveFile file;
    private final Codec codec;
    private final boolean large;
    private final Decompression decompression;
    private final ReadAhead stream;
    private final TarReader tar;
    private final InputStream content = new Content();
    private String last = "";

    private ArchiveReader(ArchiveFile file, Codec codec, boolean large, Decompression decompression) {
        this.file = file;
        this.codec = codec;
        this.large = large;
        this.decompression = decompression;
        this.stream = new ReadAhead(decompression, decompression::stop);
        this.tar = new TarReader(stream);
    }

    /** Opens a regular file to be read by Java alone; a symlink to one is followed. */
    public static ArchiveReader open(Path file) throws StagingException {
        return open(file, ReadLimits.defaults());
    }

    /** The same with what the node allows, and has for it. */
    public static ArchiveReader open(Path path, ReadLimits limits) throws StagingException {
        ArchiveFile file = ArchiveFile.open(path);
        try {
            return of(file, limits);
        } catch (BadRequest e) {
            file.close();
            throw e;
        }
    }

    /** Reads one that is open, and closes it in the end; not when this fails. */
    public static ArchiveReader of(ArchiveFile file, ReadLimits limits) throws BadRequest {
        Path path = file.path();
        try {
            BufferedInputStream raw = new BufferedInputStream(file.stream(), Codec.RAW_BLOCK);
            refuseOtherFormats(path, raw);
            Codec codec = Codec.of(raw);
            long memory = DecoderMemory.of(codec, file);
            if (memory > limits.room(codec)) {
                throw new BadRequest(
                        "`" + path + "` needs " + Sizes.text(memory)
                                + " of memory to be decompressed, and `memory` leaves " + Sizes.text(limits.room(codec))
                                + " for it",
                        codec == Codec.ZSTD
                                ? "zstd -dc --long=31 " + path + " | zstd -9 -o SMALLER.tar.zst"
                                : "xz -dc " + path + " | xz -6 >SMALLER.tar.xz");
            }
            return new ArchiveReader(
                    file, codec, memory > limits.room(codec) / 2, new Decompression(codec, path, raw, memory, limits));
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + path + "`", e);
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
                    "`" + file + "` is a " + format + ", not a tar", "pack it again: conda-stagehand pack ENV");
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
        return decompression
                .failure()
                .map(failure -> "Java read `" + file.path() + "` again from its beginning: " + failure);
    }

    /** The next member, after passing over what is unread of the last one; empty at the archive's end. */
    public Optional<Member> next() throws StagingException {
        try {
            while (true) {
                Optional<TarEntry> entry = tar.next();
                if (entry.isEmpty()) {
                    finish();
                    return Optional.empty();
                }
                last = entry.get().name();
                Member member = Member.of(entry.get());
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
        return content;
    }

    /** A failed read of {@link #content()}, told as what it is: a broken archive. */
    public BadRequest broken(Exception cause) {
        String where = last.isEmpty() ? "" : " at member `" + last + "`";
        return new BadRequest(
                "`" + file.path() + "` is broken" + where,
                "pack it again: conda-stagehand pack ENV -o " + file.path() + " --force",
                cause);
    }

    /** An archive that was cut between two members looks whole but for the end that tar writes. */
    private void finish() throws IOException {
        if (!tar.sawEnd()) {
            throw new IOException("it ends without tar's end mark: it was cut off");
        }
        // what follows is padding, and the checksum that says whether all before it was right
        byte[] sink = new byte[1 << 13];
        long passed = 0;
        for (int count = 0; count >= 0; count = stream.read(sink, 0, sink.length)) {
            passed += count;
            if (passed > MOST_TRAILING_BYTES) {
                throw new IOException("what follows its end is larger than any padding");
            }
        }
    }

    @Override
    public void close() {
        stream.close();
        file.close();
    }

    /** The current member's content. */
    private final class Content extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            return length == 0 ? 0 : tar.read(into, from, length);
        }
    }
}
