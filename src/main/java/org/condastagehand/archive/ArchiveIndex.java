package org.condastagehand.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.condastagehand.host.BadRequest;

/** The index of an archive of ours: where its frames are and what it says of itself. Read in two short reads. */
public record ArchiveIndex(SeekTable table, Manifest manifest) {
    /** Which of the frames holds the manifest. */
    private static final int MANIFEST_FRAME = 1;

    /** conda-unpack, the manifest, the tar's end and the digests; less is not ours. */
    private static final int FEWEST_FRAMES = 4;

    /**
     * The index of an archive; empty for one that has none, or one of a later format.
     *
     * @throws BadRequest there is one and it is broken
     */
    public static Optional<ArchiveIndex> of(Path archive) throws BadRequest {
        try (FileChannel file = FileChannel.open(archive)) {
            return in(file, FEWEST_FRAMES);
        } catch (NoSuchFileException e) {
            throw new BadRequest("`" + archive + "` does not exist");
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + archive + "`", e);
        }
    }

    /**
     * The same of an open file.
     *
     * @param fewest frames that it must have; at least the manifest and one before it
     */
    static Optional<ArchiveIndex> in(FileChannel file, int fewest) throws IOException, BadRequest {
        Optional<SeekTable> table =
                SeekTable.read(file).filter(found -> found.frames().size() >= fewest);
        return table.isEmpty() ? Optional.empty() : of(file, table.get());
    }

    private static Optional<ArchiveIndex> of(FileChannel file, SeekTable table) throws IOException, BadRequest {
        SeekTable.Frame second = table.frames().get(MANIFEST_FRAME);
        if (!second.skippable() || second.compressedSize() > Manifest.MOST_BYTES) {
            return Optional.empty();
        }
        byte[] frame = read(file, second);
        return Manifest.isIn(frame)
                ? Manifest.read(frame).map(manifest -> new ArchiveIndex(table, manifest))
                : Optional.empty();
    }

    /** A whole frame as it stands in the file; the caller has looked at its size. */
    static byte[] read(FileChannel file, SeekTable.Frame frame) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(frame.compressedSize()));
        WholeRead.at(file, frame.offset(), bytes);
        return bytes.array();
    }
}
