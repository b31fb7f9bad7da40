package org.condastagehand.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.condastagehand.relocate.Prefix;

/** An archive of our format made frame by frame, so that each part of it can be wrong. */
public final class OwnArchive {
    public static final String PREFIX = "/shared/home/ada/envs/one-that-is-our-own";

    private static final String FINGERPRINT = "sha256:" + "0".repeat(64);

    private final List<byte[]> frames = new ArrayList<>();
    private final List<Integer> continued = new ArrayList<>();
    private final List<String> unrecorded = new ArrayList<>();
    private TarBytes open = new TarBytes();
    private long[] counts = new long[5];
    private UnaryOperator<byte[]> frameChange = frame -> frame;
    private long moreTarBytes;

    /** Begins with the records, lines as conda-pack writes them: {@code ('bin/x', '/placeholder', 'text')}. */
    public OwnArchive(String... records) {
        file("bin/conda-unpack", "#!/bin/sh\n_prefix_records = [\n" + String.join(",\n", records) + "\n]\n");
        next();
    }

    public OwnArchive file(String path, String content) {
        counts[0] += content.getBytes(UTF_8).length;
        counts[1]++;
        open.file(path, content);
        return this;
    }

    public OwnArchive hardLink(String path, String target) {
        counts[2]++;
        open.hardLink(path, target);
        return this;
    }

    public OwnArchive symlink(String path, String target) {
        counts[3]++;
        open.symlink(path, target);
        return this;
    }

    public OwnArchive directory(String path) {
        counts[4]++;
        open.member('5', path, "");
        return this;
    }

    /** Ends the frame. */
    public OwnArchive next() {
        return frame(open.cutOff());
    }

    /** A data frame of any bytes. */
    public OwnArchive frame(byte[] bytes) {
        frames.add(bytes);
        open = new TarBytes();
        return this;
    }

    /** A file of its own, over frames of the size given. */
    public OwnArchive large(String path, byte[] content, int frameSize) {
        counts[0] += content.length;
        counts[1]++;
        byte[] tar = new TarBytes()
                .header('0', path.getBytes(UTF_8), 0644, TarBytes.octal(content.length), "")
                .data(content)
                .cutOff();
        for (int from = 0; from < tar.length; from += frameSize) {
            if (from > 0) {
                continued(frames.size());
            }
            frame(Arrays.copyOfRange(tar, from, Math.min(tar.length, from + frameSize)));
        }
        return this;
    }

    public OwnArchive continued(int frame) {
        continued.add(frame);
        return this;
    }

    public OwnArchive unrecorded(String path) {
        unrecorded.add(path);
        return this;
    }

    /** Lets the manifest claim more than there is. */
    public OwnArchive claim(int moreFiles, long moreBytes) {
        counts[1] += moreFiles;
        moreTarBytes += moreBytes;
        return this;
    }

    /** Changes the last data frame after it was compressed. */
    public OwnArchive change(UnaryOperator<byte[]> change) {
        frameChange = change;
        return this;
    }

    /** Writes it with tar's end mark in a frame of its own. */
    public Path write(Path file) {
        next();
        frame(new byte[1024]);
        return writeAsItIs(file);
    }

    public Path writeAsItIs(Path file) {
        frames.removeIf(frame -> frame.length == 0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<SeekTable.Frame> table = new ArrayList<>();
        long size = frames.stream().mapToLong(frame -> frame.length).sum();
        for (int i = 0; i < frames.size(); i++) {
            byte[] packed = compress(frames.get(i));
            packed = i == frames.size() - 1 ? frameChange.apply(packed) : packed;
            table.add(new SeekTable.Frame(out.size(), packed.length, frames.get(i).length));
            out.writeBytes(packed);
            if (i == 0) {
                Manifest.Counts claimed = new Manifest.Counts(counts[0], counts[1], counts[2], counts[3], counts[4]);
                byte[] manifest = new Manifest(
                                "test",
                                Prefix.of(PREFIX),
                                FINGERPRINT,
                                claimed,
                                size + moreTarBytes,
                                continued,
                                unrecorded,
                                Optional.empty(),
                                false)
                        .toFrame();
                table.add(new SeekTable.Frame(out.size(), manifest.length, 0));
                out.writeBytes(manifest);
            }
        }
        out.writeBytes(new SeekTable(table).toBytes());
        try {
            return Files.write(file, out.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] compress(byte[] content) {
        try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
            byte[] into = new byte[(int) Zstd.compressBound(content.length)];
            zstd.setChecksum(true).setContentSize(true).setLevel(3);
            int length = zstd.compressByteArray(into, 0, into.length, content, 0, content.length);
            return Arrays.copyOf(into, length);
        }
    }
}
