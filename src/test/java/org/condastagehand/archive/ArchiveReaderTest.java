package org.condastagehand.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.condastagehand.archive.Member.Kind;
import org.condastagehand.host.Amount;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.StagingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ArchiveReaderTest {
    private static final byte[] SMALL = new TarBytes()
            .pax("mtime", "1600000000.5")
            .file("bin/a", "first")
            .symlink("bin/b", "a")
            .hardLink("bin/c", "bin/a")
            .file("lib/d", "second".repeat(200))
            .end();
    private static final List<String> SMALL_LIST = List.of(
            "FILE bin/a first", "SYMLINK bin/b a", "HARD_LINK bin/c bin/a", "FILE lib/d " + "second".repeat(200));

    @TempDir
    private Path directory;

    private Path write(byte[] archive) throws IOException {
        return Files.write(directory.resolve("archive"), archive);
    }

    private List<String> list(byte[] archive) throws IOException, StagingException {
        return list(write(archive));
    }

    private static List<Member> members(Path archive) throws StagingException {
        try (ArchiveReader reader = ArchiveReader.open(archive)) {
            List<Member> members = new ArrayList<>();
            for (Optional<Member> next = reader.next(); next.isPresent(); next = reader.next()) {
                members.add(next.get());
            }
            return members;
        }
    }

    private static List<String> list(Path archive) throws StagingException {
        try (ArchiveReader reader = ArchiveReader.open(archive)) {
            List<String> lines = new ArrayList<>();
            for (Optional<Member> next = reader.next(); next.isPresent(); next = reader.next()) {
                Member member = next.get();
                String rest = member.link();
                if (member.kind() == Kind.FILE) {
                    try {
                        rest = new String(reader.content().readAllBytes(), UTF_8);
                    } catch (IOException | RuntimeException e) {
                        throw reader.broken(e);
                    }
                }
                lines.add(member.kind() + " " + member.path() + " " + rest);
            }
            return lines;
        }
    }

    private void assertRefused(byte[] archive, String... words) throws IOException {
        Path file = write(archive);
        assertThatThrownBy(() -> list(file)).isInstanceOf(BadRequest.class).satisfies(e -> List.of(words)
                .forEach(word -> assertThat(e).hasMessageContaining(word)));
    }

    @ParameterizedTest
    @EnumSource
    void readsStreamsThatFollowEachOther(Packing packing) throws Exception {
        byte[] cutInAMember = packing.pack(Arrays.copyOf(SMALL, 1700), Arrays.copyOfRange(SMALL, 1700, SMALL.length));

        assertThat(list(cutInAMember)).isEqualTo(SMALL_LIST);
    }

    @Test
    void passesOverASkippableFrameAtTheBeginning() throws Exception {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        archive.writeBytes(new byte[] {0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'x', 'y', 'z'});
        archive.writeBytes(Packing.ZSTD.pack(SMALL));

        assertThat(list(archive.toByteArray())).isEqualTo(SMALL_LIST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PKG-1.0/a", "BZhang/a", "BZh9/a", "hsq/a"})
    void aPlainTarMayBeginLikeAnotherFormat(String name) throws Exception {
        assertThat(list(new TarBytes().file(name, "x").end())).containsExactly("FILE " + name + " x");
    }

    /** Cut anywhere it says so, or, where only what follows the end mark is missing, gives all that is in it. */
    @ParameterizedTest
    @EnumSource
    void neverTakesACutArchiveForAShorterOne(Packing packing) throws Exception {
        byte[] whole = packing.pack(SMALL);
        int step = Amount.of(3, 1);
        for (int length = 0; length < whole.length; length += step) {
            Path file = write(Arrays.copyOf(whole, length));
            List<String> listed = new ArrayList<>();
            Throwable failure = catchThrowable(() -> listed.addAll(list(file)));
            if (failure == null) {
                assertThat(listed).as("cut at %d of %d", length, whole.length).isEqualTo(SMALL_LIST);
                assertThat(packing).isEqualTo(Packing.NONE);
            } else {
                assertThat(failure).as("cut at %d of %d", length, whole.length).isInstanceOf(BadRequest.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whateverTheBytesItEndsInMembersOrARefusal(Packing packing) throws Exception {
        Random random = new Random(4711);
        byte[] whole = packing.pack(SMALL);
        int flippings = Amount.of(150, 500);
        for (int i = 0; i < flippings; i++) {
            byte[] flipped = whole.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Path file = write(flipped);
            Throwable failure = catchThrowable(() -> list(file));
            assertThat(failure == null || failure instanceof BadRequest)
                    .as("%s", failure)
                    .isTrue();
        }
    }

    @Test
    void aFailureIsToldAsOftenAsOneAsks() throws Exception {
        byte[] whole = Packing.GZIP.pack(new TarBytes().file("a", noise(2000)).end());
        Path file = write(Arrays.copyOf(whole, 1000));
        try (ArchiveReader reader = ArchiveReader.open(file)) {
            reader.next();
            assertThatThrownBy(() -> reader.content().readAllBytes()).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> reader.content().readAllBytes()).isInstanceOf(IOException.class);
            assertThatThrownBy(reader::next).isInstanceOf(BadRequest.class).hasMessageContaining("`a`");
        }
    }

    @Test
    void readsLongNamesOfBothKindsAndFractionsOfSeconds() throws Exception {
        String deep = "lib/" + "d/".repeat(100) + "ünï";
        String target = "../" + "t".repeat(300);
        byte[] archive = new TarBytes()
                .pax("path", deep, "mtime", "1600000000.123456789")
                .file("cut", "1")
                .member('L', "././@LongLink", deep + "2\0")
                .file("cut", "2")
                .member('K', "././@LongLink", target + "\0")
                .symlink("gnu", "cut")
                .pax("linkpath", target)
                .symlink("pax", "cut")
                .end();

        assertThat(list(archive))
                .containsExactly(
                        "FILE " + deep + " 1",
                        "FILE " + deep + "2 2",
                        "SYMLINK gnu " + target,
                        "SYMLINK pax " + target);
        assertThat(members(write(archive)).get(0).modified())
                .isEqualTo(FileTime.from(Instant.ofEpochSecond(1600000000, 123456789)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"99999999999999", "-99999999999999", "0", "-1.5"})
    void aTimeThatNoClockShowsIsStillOneThatAFileTakes(String mtime) throws Exception {
        Member member = members(
                        write(new TarBytes().pax("mtime", mtime).file("a", "").end()))
                .get(0);

        Files.setLastModifiedTime(Files.createFile(directory.resolve("a")), member.modified());
    }

    @Test
    void passesOverTheDataThatCondaPackGivesAHardLink() throws Exception {
        byte[] archive = new TarBytes()
                .file("a", "content")
                .header('1', "b".getBytes(UTF_8), 0644, TarBytes.octal(7), "a")
                .data("content".getBytes(UTF_8))
                .file("c", "after")
                .end();

        assertThat(list(archive)).containsExactly("FILE a content", "HARD_LINK b a", "FILE c after");
    }

    @Test
    void readsWhatCondaPackMakes() throws Exception {
        List<String> plain = list(Fixtures.file("tiny.tar.gz"));
        assertThat(plain).hasSizeGreaterThan(20);
        assertThat(list(Fixtures.file("tiny-two-streams.tar.bz2"))).hasSizeGreaterThan(20);
        assertThat(list(Fixtures.file("tiny-arcroot.tar.xz"))).allMatch(line -> line.contains(" tiny-1.0/"));
        assertThat(list(Fixtures.file("tiny-arcroot.tar.zst"))).isEqualTo(list(Fixtures.file("tiny-arcroot.tar.xz")));
        assertThat(list(Fixtures.file("tiny-hardlink-with-data.tar.gz")))
                .anyMatch(line -> line.startsWith("HARD_LINK share/b.txt"))
                .anyMatch(line -> line.startsWith("FILE " + UnpackScript.PATH));
    }

    @Test
    void anArchiveWithoutItsEndMarkIsCutOff() throws Exception {
        assertRefused(new TarBytes().file("a", "x").cutOff(), "cut off");
        assertRefused(Packing.GZIP.pack(new TarBytes().file("a", "x").cutOff()), "cut off");
        assertRefused(new byte[0], "cut off");
    }

    @ParameterizedTest
    @ValueSource(chars = {'3', '4', '6', '7', 'D', 'M', 'S', 'Z'})
    void refusesKindsThatNoEnvironmentHas(char type) throws Exception {
        if (type == '7') { // contiguous: a file, as GNU tar takes it
            assertThat(list(new TarBytes().member(type, "x", "").end())).containsExactly("FILE x ");
        } else {
            assertRefused(new TarBytes().member(type, "x", "").end());
        }
    }

    @ParameterizedTest
    @ValueSource(chars = {'3', '4', '6'})
    void aSlashBehindItsNameMakesNoDirectoryOfADevice(char type) throws Exception {
        assertRefused(new TarBytes().member(type, "x/", "").end(), "device");
    }

    @Test
    void refusesSetUidAndSetGid() throws Exception {
        for (int mode : new int[] {04755, 02755, 06755}) {
            assertRefused(
                    new TarBytes()
                            .header('0', "x".getBytes(UTF_8), mode, TarBytes.octal(0), "")
                            .end(),
                    "set-uid");
        }
    }

    @Test
    void refusesSparseMembers() throws Exception {
        assertRefused(
                new TarBytes()
                        .pax(
                                "GNU.sparse.major",
                                "0",
                                "GNU.sparse.minor",
                                "1",
                                "GNU.sparse.size",
                                "10",
                                "GNU.sparse.map",
                                "0,1")
                        .file("x", "y")
                        .end(),
                "sparse");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -512, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 511, 1L << 40})
    void refusesSizesThatAreNotTrue(long size) throws Exception {
        assertRefused(new TarBytes()
                .header('0', "x".getBytes(UTF_8), 0644, TarBytes.base256(size), "")
                .data(new byte[512])
                .end());
        assertRefused(
                new TarBytes().pax("size", Long.toString(size)).file("x", "y").end());
    }

    @ParameterizedTest
    @ValueSource(chars = {'x', 'g', 'L', 'K'})
    void refusesAHeaderThatWouldFillTheHeap(char type) throws Exception {
        byte[] size = TarBytes.base256(1L << 40);
        byte[] archive = new TarBytes()
                .header(type, "x".getBytes(UTF_8), 0644, size, "")
                .data(new byte[64 << 20])
                .end();
        assertRefused(Packing.GZIP.pack(archive));
        byte[] claimed = new TarBytes()
                .header(type, "x".getBytes(UTF_8), 0644, size, "")
                .data("999999999 path=x".getBytes(UTF_8))
                .end();
        assertRefused(claimed);
        byte[] wrapped = new TarBytes()
                .header(type, "x".getBytes(UTF_8), 0644, size, "")
                .data("99999999999999999999 path=x\n".getBytes(UTF_8))
                .end();
        assertRefused(wrapped);
    }

    @Test
    void refusesNamesThatAreNotUtf8() throws Exception {
        byte[] name = "lib/caf\u00e9".getBytes(ISO_8859_1);
        assertRefused(
                new TarBytes().header('0', name, 0644, TarBytes.octal(0), "").end(), "not UTF-8");
        byte[] record = "19 path=lib/caf\u00e9/x\n".getBytes(ISO_8859_1);
        assertRefused(
                new TarBytes()
                        .header('x', "x".getBytes(UTF_8), 0644, TarBytes.octal(record.length), "")
                        .data(record)
                        .file("x", "")
                        .end(),
                "not UTF-8");
    }

    @Test
    void refusesLongNamesAndLinkTargetsThatAreNotUtf8() throws Exception {
        byte[] name = ("caf\u00e9".repeat(40) + "\0").getBytes(ISO_8859_1);
        for (char type : new char[] {'L', 'K'}) {
            assertRefused(
                    new TarBytes()
                            .header(type, "././@LongLink".getBytes(UTF_8), 0644, TarBytes.octal(name.length), "")
                            .data(name)
                            .symlink("x", "y")
                            .end(),
                    "not UTF-8");
        }
        byte[] archive = new TarBytes().symlink("x", "QQ").end();
        archive[157] = (byte) 0xe9; // the checksum grows by as much as this byte
        int sum = Integer.parseInt(new String(archive, 148, 6, ISO_8859_1), 8) + 0xe9 - 'Q';
        System.arraycopy(String.format(Locale.ROOT, "%06o", sum).getBytes(ISO_8859_1), 0, archive, 148, 6);
        assertRefused(archive, "not UTF-8");
    }

    /** The short name before a long one may be cut in the middle of a character; a question mark is a good name. */
    @Test
    void takesNamesThatOnlyLookGarbled() throws Exception {
        String name = "x" + "é".repeat(60);
        assertThat(list(new TarBytes()
                        .pax("path", name)
                        .file(name, "1")
                        .file("what?", "2")
                        .end()))
                .containsExactly("FILE " + name + " 1", "FILE what? 2");
    }

    @Test
    void refusesARootThatIsNoDirectory() throws Exception {
        assertThat(list(new TarBytes().member('5', "./", "").file("./a", "").end()))
                .containsExactly("FILE a ");
        assertRefused(new TarBytes().file(".", "x").end(), "root");
        assertRefused(new TarBytes().symlink(".", "/etc").end(), "root");
    }

    @Test
    void refusesASymlinkThatNoFileSystemTakes() throws Exception {
        assertRefused(new TarBytes().symlink("x", "").end(), "no target");
        assertRefused(
                new TarBytes()
                        .pax("linkpath", "t".repeat(4096))
                        .symlink("x", "y")
                        .end(),
                "no target");
        assertThat(list(new TarBytes()
                        .pax("linkpath", "t".repeat(4095))
                        .symlink("x", "y")
                        .end()))
                .hasSize(1);
    }

    @Test
    void refusesALinkToWhatIsOutside() throws Exception {
        assertRefused(new TarBytes().hardLink("x", "../../etc/shadow").end(), "leaves");
        assertRefused(new TarBytes().hardLink("x", "/etc/shadow").end(), "absolute");
    }

    @Test
    void takesPaddingAndRefusesEndlessRubbishBehindTheEnd() throws Exception {
        ByteArrayOutputStream padded = new ByteArrayOutputStream();
        padded.writeBytes(SMALL);
        padded.writeBytes(new byte[9000]);
        assertThat(list(padded.toByteArray())).isEqualTo(SMALL_LIST);
        padded.writeBytes(new byte[17 << 20]);
        assertRefused(Packing.GZIP.pack(padded.toByteArray()), "larger");
    }

    @Test
    void refusesOtherFormatsWithTheCommandThatMakesTheRightOne() throws Exception {
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry("conda-meta/history"));
        }
        for (byte[] other : List.of(zip.toByteArray(), "hsqs\1\2\3\4".getBytes(UTF_8))) {
            Path file = write(other);
            Throwable refusal = catchThrowable(() -> ArchiveReader.open(file));
            assertThat(refusal).isInstanceOf(BadRequest.class).hasMessageContaining("not a tar");
            assertThat(((BadRequest) refusal).hint()).contains("pack it again: conda-stagehand pack ENV");
        }
    }

    @Test
    void refusesWhatIsNoRegularFileWithoutWaitingForIt() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        Path socket = directory.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            for (Path other : List.of(directory, fifo, socket, Path.of("/dev/zero"))) {
                assertThatThrownBy(() -> ArchiveReader.open(other))
                        .isInstanceOf(BadRequest.class)
                        .hasMessageContaining("not a regular file");
            }
        }
        assertThatThrownBy(() -> ArchiveReader.open(directory.resolve("none")))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("does not exist");
    }

    private static String noise(int length) {
        return new Random(1)
                .ints(length, 'a', 'z')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
