package org.condastagehand.archive;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.StagingException;

/**
 * Holds an archive of ours against what it says of itself: every frame's size and checksum, how the frames are cut, every
 * file's SHA-256, and the manifest's counts and fingerprint. Each disagreement is a line.
 */
public final class Verification {
    /** A frame holds 4 MiB at most; the first one holds a program with its records. */
    private static final int MOST_BYTES = UnpackScript.MOST_BYTES + (1 << 20);

    private static final int MOST_LINES = 100;

    private final Path archive;
    private final ArchiveIndex index;
    private final List<String> lines = new ArrayList<>();

    private Verification(Path archive, ArchiveIndex index) {
        this.archive = archive;
        this.index = index;
    }

    /** Lines on what disagrees; none for a good archive. */
    public static List<String> of(Path archive, ArchiveIndex index) throws StagingException {
        Verification verification = new Verification(archive, index);
        verification.frames();
        verification.members();
        List<String> lines = verification.lines;
        return lines.size() > MOST_LINES ? lines.subList(0, MOST_LINES) : lines;
    }

    private void frames() throws BadRequest {
        FrameWalk walk = new FrameWalk();
        long tar = 0;
        int number = 0;
        try (FileChannel file = FileChannel.open(archive)) {
            for (SeekTable.Frame frame : index.table().frames()) {
                if (!frame.skippable()) {
                    number = frame(file, frame, walk, number);
                    tar += frame.decompressedSize();
                }
            }
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + archive + "`", e);
        }
        boolean walked = lines.isEmpty();
        compare("tar_bytes", index.manifest().tarBytes(), tar);
        if (walked) {
            compare("continued", index.manifest().continued(), walk.continued());
        }
    }

    private int frame(FileChannel file, SeekTable.Frame frame, FrameWalk walk, int number) throws IOException {
        if (frame.compressedSize() > MOST_BYTES || frame.decompressedSize() > MOST_BYTES) {
            lines.add("data frame " + number + " is larger than any that a packer writes");
            return number + 1;
        }
        byte[] compressed = ArchiveIndex.read(file, frame);
        byte[] tar = new byte[(int) frame.decompressedSize()];
        try {
            long noted = Zstd.getFrameContentSize(compressed);
            long length = Zstd.decompress(tar, compressed);
            if (Zstd.isError(length)) {
                lines.add("data frame " + number + " is broken: " + Zstd.getErrorName(length));
            } else if (length != tar.length || noted != tar.length) {
                lines.add("data frame " + number + " holds " + length + " bytes, its header says " + noted
                        + ", the seek table " + tar.length);
            } else if (lines.isEmpty()) { // behind a broken frame it is not known what should come
                String wrong = walk.take(tar, tar.length);
                if (!wrong.isEmpty()) {
                    lines.add("data frame " + number + " " + wrong);
                }
            }
        } catch (ZstdException e) {
            lines.add("data frame " + number + " is broken: " + e.getMessage());
        }
        return number + 1;
    }

    private void members() throws StagingException {
        try (InputStream in = new ByteArrayInputStream(digests());
                BufferedReader noted = new BufferedReader(
                        new InputStreamReader(new ZstdInputStreamNoFinalizer(in), StandardCharsets.UTF_8))) {
            Inspection found = Inspection.of(archive, (path, sha256) -> compare(path, sha256, noted));
            if (noted.readLine() != null) {
                lines.add("the digests name more files than there are");
            }
            Manifest said = index.manifest();
            compare("bytes", said.counts().bytes(), found.bytes());
            compare("files", said.counts().files(), found.files());
            compare("hard_links", said.counts().hardLinks(), found.hardLinks());
            compare("symlinks", said.counts().symlinks(), found.symlinks());
            compare("directories", said.counts().directories(), found.directories());
            compare("fingerprint", said.fingerprint(), found.fingerprint());
        } catch (BadRequest e) {
            lines.add(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            lines.add("the digests cannot be read: " + e.getMessage());
        }
    }

    private void compare(String path, String sha256, BufferedReader noted) throws IOException {
        String expected = new ArchiveWriter.Digest(path, sha256).line().stripTrailing();
        String line = noted.readLine();
        if (!expected.equals(line)) {
            lines.add("`" + path + "` has SHA-256 " + sha256 + ", the digests say: " + line);
        }
    }

    private byte[] digests() throws BadRequest, IOException {
        List<SeekTable.Frame> frames = index.table().frames();
        SeekTable.Frame last = frames.get(frames.size() - 1);
        try (FileChannel file = FileChannel.open(archive)) {
            byte[] frame = last.skippable() && last.compressedSize() <= Integer.MAX_VALUE / 2
                    ? ArchiveIndex.read(file, last)
                    : new byte[0];
            if (!SkippableFrame.is(ArchiveWriter.DIGESTS_MAGIC, frame)) {
                throw new BadRequest("the frame before the seek table holds no digests");
            }
            return Arrays.copyOfRange(frame, SkippableFrame.HEADER, frame.length);
        }
    }

    private void compare(String what, Object said, Object found) {
        if (!said.equals(found)) {
            lines.add("the manifest's `" + what + "` is " + said + ", and should be " + found);
        }
    }
}
