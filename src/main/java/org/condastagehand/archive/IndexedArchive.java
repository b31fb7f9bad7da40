package org.condastagehand.archive;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.condastagehand.host.BadRequest;

/**
 * An archive of ours, whose frames can be read in any order and by several threads (docs/archive-format.md). What its
 * indexes say is held against what is read; where the two differ the archive is broken.
 */
public final class IndexedArchive implements AutoCloseable {
    /** Bytes of tar in one frame, at most. */
    public static final int LARGEST_FRAME = 4 << 20;

    /**
     * The same of the first frame, which is conda-unpack whole, with a record for each file that holds the prefix. An archive
     * with a larger one is read from its beginning to its end.
     */
    public static final int LARGEST_HEAD = 16 << 20;

    /** conda-unpack and the manifest: what else is missing shows when it is read. */
    private static final int FEWEST_FRAMES = 2;

    private final ArchiveFile file;
    private final Manifest manifest;
    private final List<SeekTable.Frame> data;

    private IndexedArchive(ArchiveFile file, Manifest manifest, List<SeekTable.Frame> data) {
        this.file = file;
        this.manifest = manifest;
        this.data = data;
    }

    /** Frames of data that one thread reads, for the first begins with a member and the others go on with it. */
    public record Run(int first, int frames) {}

    /** An archive of ours, which closes the file; empty where it is another, to be read from its beginning to its end. */
    public static Optional<IndexedArchive> of(ArchiveFile file) throws BadRequest {
        try {
            return read(file);
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + file.path() + "`", e);
        }
    }

    private static Optional<IndexedArchive> read(ArchiveFile file) throws IOException, BadRequest {
        Optional<ArchiveIndex> index = ArchiveIndex.in(file.channel(), FEWEST_FRAMES)
                .filter(found -> found.table().frames().get(0).decompressedSize() <= LARGEST_HEAD);
        return index.isEmpty() ? Optional.empty() : Optional.of(checked(file, index.get()));
    }

    private static IndexedArchive checked(ArchiveFile file, ArchiveIndex index) throws BadRequest {
        List<SeekTable.Frame> data = new ArrayList<>();
        for (SeekTable.Frame frame : index.table().frames()) {
            int most = frame.offset() == 0 ? LARGEST_HEAD : LARGEST_FRAME;
            if (frame.decompressedSize() > most
                    || (!frame.skippable() && frame.compressedSize() > Zstd.compressBound(most))) {
                throw broken(file, "a frame that is larger than any of ours");
            }
            if (!frame.skippable()) {
                data.add(frame);
            }
        }
        if (index.table().decompressedSize() != index.manifest().tarBytes()) {
            throw broken(file, "a size in its manifest that its frames do not have");
        }
        return new IndexedArchive(file, index.manifest(), data);
    }

    public Manifest manifest() {
        return manifest;
    }

    /** The relocation records, out of the first member. */
    public List<PrefixRecord> records() throws BadRequest {
        try (FrameReader reader = reader()) {
            reader.open(new Run(0, 1));
            Optional<Member> first = reader.next();
            if (first.isEmpty() || !first.get().path().equals(UnpackScript.PATH) || !reader.isWhole()) {
                throw broken(file, "no `" + UnpackScript.PATH + "` at its beginning");
            }
            byte[] script = new byte[(int) first.get().size()];
            System.arraycopy(reader.bytes(), reader.from(), script, 0, script.length);
            return UnpackScript.parse(script);
        }
    }

    /** All data, in pieces that begin and end with a member. */
    public List<Run> runs() throws BadRequest {
        Set<Integer> continued = new HashSet<>(manifest.continued());
        List<Run> runs = new ArrayList<>();
        for (int first = 0; first < data.size(); ) {
            int end = first + 1;
            while (continued.remove(end)) {
                end++;
            }
            runs.add(new Run(first, end - first));
            first = end;
        }
        if (!continued.isEmpty()
                || (!runs.isEmpty() && last(runs).first() + last(runs).frames() > data.size())) {
            throw broken(file, "frames in its manifest that it does not have");
        }
        return runs;
    }

    private static Run last(List<Run> runs) {
        return runs.get(runs.size() - 1);
    }

    /** Reads runs, for one thread. */
    public FrameReader reader() {
        return new FrameReader(this);
    }

    /** What is wrong with this archive; for what only the whole of it shows. */
    public BadRequest broken(String what) {
        return broken(file, what);
    }

    BadRequest broken(String what, Exception cause) {
        BadRequest told = broken(file, what);
        told.addSuppressed(cause);
        return told;
    }

    int frames() {
        return data.size();
    }

    long size(int frame) {
        return data.get(frame).decompressedSize();
    }

    /** Reads the compressed bytes of a data frame and says how many there are. */
    int compressed(int frame, byte[] into) throws IOException {
        SeekTable.Frame wanted = data.get(frame);
        WholeRead.at(file.channel(), wanted.offset(), ByteBuffer.wrap(into, 0, (int) wanted.compressedSize()));
        return (int) wanted.compressedSize();
    }

    int compressedSize(int frame) {
        return (int) data.get(frame).compressedSize();
    }

    /** Of all frames but the first, which one thread alone reads. */
    int largestCompressed() {
        return (int) data.stream()
                .skip(1)
                .mapToLong(SeekTable.Frame::compressedSize)
                .max()
                .orElse(0);
    }

    private static BadRequest broken(ArchiveFile file, String what) {
        return new BadRequest("`" + file.path() + "` is broken: it has " + what, "pack it again");
    }

    @Override
    public void close() {
        file.close();
    }
}
