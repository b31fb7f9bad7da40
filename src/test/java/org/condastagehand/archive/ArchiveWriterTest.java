package org.condastagehand.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.condastagehand.archive.FrameCodec.Format;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Sha256;
import org.condastagehand.relocate.Prefix;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveWriterTest {
    private static final FrameCodec ZST = new FrameCodec(Format.TAR_ZST, 3);

    @TempDir
    private Path directory;

    private Path archive;
    private final List<ArchiveWriter.Digest> digests = new ArrayList<>();
    private Fingerprint fingerprint;
    private String value = "";

    @BeforeEach
    void begin() {
        archive = directory.resolve("a.tar.zst");
        digests.clear();
        fingerprint = new Fingerprint();
    }

    private byte[] member(String path, byte[] content) {
        Member member = new Member(Member.Kind.FILE, path, content.length, 0644, FileTime.fromMillis(0), "");
        byte[] header = TarHeader.of(member);
        byte[] tar = Arrays.copyOf(header, (int) (header.length + TarHeader.padded(content.length)));
        System.arraycopy(content, 0, tar, header.length, content.length);
        String sha256 = HexFormat.of().formatHex(Sha256.digest().digest(content));
        digests.add(new ArchiveWriter.Digest(path, sha256));
        fingerprint.add(member, sha256);
        return tar;
    }

    /** An archive of three small files and one that fills two frames. */
    private Path write(FrameCodec codec, int reserved) throws IOException {
        byte[] large = new byte[6 << 20];
        new Random(1).nextBytes(large);
        byte[] script =
                ("_prefix_records = [\n]\n" + HexFormat.of().formatHex(Arrays.copyOf(large, 3000))).getBytes(UTF_8);
        byte[] head = member("bin/conda-unpack", script);
        byte[] history = member("conda-meta/history", "x".getBytes(UTF_8));
        byte[] big = member("lib/large", large);
        byte[] last = member("z\n\\", "z".getBytes(UTF_8));
        try (FileChannel file = FileChannel.open(
                archive, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ArchiveWriter writer = new ArchiveWriter(file, codec, reserved);
            append(writer, codec, history, false);
            append(writer, codec, Arrays.copyOf(big, 4 << 20), false);
            append(writer, codec, Arrays.copyOfRange(big, 4 << 20, big.length), true);
            append(writer, codec, last, false);
            append(writer, codec, new byte[1024], false);
            value = fingerprint.value();
            long bytes = 2L + script.length + large.length;
            writer.finish(
                    head,
                    new ArchiveWriter.Facts(
                            "p",
                            Prefix.of("/e"),
                            value,
                            new Manifest.Counts(bytes, 4, 0, 0, 0),
                            List.of(),
                            Optional.empty(),
                            false),
                    digests);
            assertThat(writer.size()).isEqualTo(file.size());
        }
        return archive;
    }

    private static void append(ArchiveWriter writer, FrameCodec codec, byte[] tar, boolean continues)
            throws IOException {
        byte[] frame = codec.compress(tar);
        writer.append(frame, frame.length, tar.length, continues);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 2000, 2500, 10_000, 100_000})
    void theHeadGoesInFrontWhateverRoomWasLeftForIt(int reserved) throws Exception {
        ArchiveIndex index = ArchiveIndex.of(write(ZST, reserved)).orElseThrow();

        assertThat(Verification.of(archive, index)).isEmpty();
        assertThat(index.manifest().continued()).containsExactly(3);
        assertThat(index.table().frames().stream().map(SeekTable.Frame::skippable))
                .containsExactly(false, true, false, false, false, false, false, true);
        assertThat(UnpackScript.first(archive)).isEmpty();
        assertThat(new ProcessBuilder("zstd", "-tq", archive.toString()).start().waitFor())
                .isZero();
    }

    @Test
    void everyFewBytesOfRoomMoreOrLessAreRight() throws Exception {
        write(ZST, 0);
        SeekTable.Frame third =
                ArchiveIndex.of(archive).orElseThrow().table().frames().get(2);
        for (int more = -9; more <= 9; more++) {
            Files.delete(archive);
            begin();
            write(ZST, (int) third.offset() + more);
            assertThat(Verification.of(archive, ArchiveIndex.of(archive).orElseThrow()))
                    .as(more + " bytes")
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 50_000})
    void aGzipIsMembersBehindEachOther(int reserved) throws Exception {
        archive = directory.resolve("a.tar.gz");
        write(new FrameCodec(Format.TAR_GZ, 6), reserved);

        assertThat(new ProcessBuilder("gzip", "-t", archive.toString()).start().waitFor())
                .isZero();
        assertThat(Inspection.of(archive).fingerprint()).isEqualTo(value);
        assertThat(ArchiveIndex.of(archive)).isEmpty();
    }

    @Test
    void eachFrameHasItsSizeAndItsChecksum() throws Exception {
        ArchiveIndex index = ArchiveIndex.of(write(ZST, 0)).orElseThrow();
        byte[] bytes = Files.readAllBytes(archive);
        for (SeekTable.Frame frame : index.table().frames()) {
            byte[] one = Arrays.copyOfRange(bytes, (int) frame.offset(), (int) frame.end());
            if (!frame.skippable()) {
                assertThat(Zstd.getFrameContentSize(one)).isEqualTo(frame.decompressedSize());
                assertThat(one[4] & 4).as("Content_Checksum_flag, RFC 8878").isEqualTo(4);
            }
        }
    }

    @Test
    void digestsAreLinesOfSha256sum() {
        assertThat(new ArchiveWriter.Digest("a b", "00").line()).isEqualTo("00  a b\n");
        assertThat(new ArchiveWriter.Digest("a\nb\\", "00").line()).isEqualTo("\\00  a\\nb\\\\\n");
    }

    /** What disagrees with the index is told, and ends. */
    @Test
    void whateverIsChangedIsNoticed() throws Exception {
        byte[] good = Files.readAllBytes(write(ZST, 0));
        ArchiveIndex index = ArchiveIndex.of(archive).orElseThrow();
        Random random = new Random(11);
        for (SeekTable.Frame frame : index.table().frames()) {
            for (int round = 0; round < 12; round++) {
                byte[] bad = good.clone();
                int at = (int) (frame.offset() + random.nextInt((int) Math.min(frame.compressedSize(), 1000)));
                bad[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(archive, bad);
                assertThat(problems()).as("byte " + at).isNotEqualTo("none");
            }
        }
    }

    private String problems() throws Exception {
        try {
            Optional<ArchiveIndex> index = ArchiveIndex.of(archive);
            if (index.isEmpty()) {
                return "not ours";
            }
            List<String> lines = Verification.of(archive, index.get());
            return lines.isEmpty() ? "none" : lines.get(0);
        } catch (BadRequest e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void aManifestThatLiesIsTold() throws Exception {
        write(ZST, 4000);
        ArchiveIndex index = ArchiveIndex.of(archive).orElseThrow();
        Manifest said = index.manifest();
        Manifest lie = new Manifest(
                "p",
                said.prefix(),
                "sha256:" + "0".repeat(64),
                new Manifest.Counts(1, 2, 3, 4, 5),
                6,
                List.of(1),
                List.of(),
                Optional.empty(),
                false);

        assertThat(Verification.of(archive, new ArchiveIndex(index.table(), lie)))
                .containsExactly(
                        "the manifest's `tar_bytes` is 6, and should be " + said.tarBytes(),
                        "the manifest's `continued` is [1], and should be [3]",
                        "the manifest's `bytes` is 1, and should be "
                                + said.counts().bytes(),
                        "the manifest's `files` is 2, and should be 4",
                        "the manifest's `hard_links` is 3, and should be 0",
                        "the manifest's `symlinks` is 4, and should be 0",
                        "the manifest's `directories` is 5, and should be 0",
                        "the manifest's `fingerprint` is sha256:" + "0".repeat(64) + ", and should be "
                                + said.fingerprint());
    }
}
