package org.condastagehand.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.condastagehand.host.Amount;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.StagingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever reads an archive, a program of the node or several threads, what it says is what Java alone says. */
@Timeout(120)
class QuickReadingTest {
    private static final byte[] SMALL = new TarBytes()
            .file("bin/a", "first")
            .symlink("bin/b", "a")
            .file("lib/d", text(5000))
            .end();
    private static final ReadLimits JAVA = ReadLimits.defaults();

    @TempDir
    private Path directory;

    private static ReadLimits with(Path gzip) {
        return new ReadLimits(new Decompressors(Optional.of(gzip), Optional.empty()), 2, JAVA.memory());
    }

    private static Path installed(String name) {
        Path program = Path.of("/usr/bin", name);
        assumeTrue(Files.isExecutable(program), "no " + program);
        return program;
    }

    /** The packings that are read in another way than by one thread of Java. */
    private enum Way {
        IGZIP(Packing.GZIP),
        PIGZ(Packing.GZIP),
        LBZIP2(Packing.BZIP2),
        STREAMS(Packing.BZIP2),
        BLOCKS(Packing.XZ);

        private final Packing packing;

        Way(Packing packing) {
            this.packing = packing;
        }

        ReadLimits limits() {
            return switch (this) {
                case IGZIP -> with(installed("igzip"));
                case PIGZ -> with(installed("pigz"));
                case LBZIP2 ->
                    new ReadLimits(
                            new Decompressors(Optional.empty(), Optional.of(installed("lbzip2"))), 2, JAVA.memory());
                case STREAMS, BLOCKS -> new ReadLimits(Decompressors.NONE, 2, JAVA.memory());
            };
        }

        byte[] pack(byte[] content) throws IOException {
            int edge = content.length / 2;
            return packing.pack(Arrays.copyOf(content, edge), Arrays.copyOfRange(content, edge, content.length));
        }
    }

    /** What a reader tells: the members, and the refusal if there is one. */
    private static List<String> told(Path archive, ReadLimits limits) {
        List<String> lines = new ArrayList<>();
        try (ArchiveReader reader = ArchiveReader.open(archive, limits)) {
            Optional<Member> next = reader.next();
            while (next.isPresent()) {
                lines.add(next.get().path());
                try {
                    lines.add(new String(reader.content().readAllBytes(), UTF_8));
                } catch (IOException | RuntimeException e) {
                    throw reader.broken(e);
                }
                next = reader.next();
            }
        } catch (StagingException e) {
            lines.add(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
        return lines;
    }

    /**
     * Java's bzip2 keeps what it had of a block when it fails, so that others fail at a later member. lbzip2 passes over the
     * head of a stream that was cut within it, so that there only the tar is too short.
     */
    private static void assertSame(String what, Way way, Path file) {
        List<String> told = told(file, way.limits());
        List<String> java = told(file, JAVA);
        if (way.packing == Packing.BZIP2) {
            String verdict = verdict(told);
            boolean cutHead = way == Way.LBZIP2 && verdict(java).endsWith("BZip2 block size is invalid");
            assertThat(cutHead ? verdict.replaceFirst("it ends within .*", "BZip2 block size is invalid") : verdict)
                    .as(what)
                    .isEqualTo(verdict(java));
        } else {
            assertThat(told).as(what).isEqualTo(java);
        }
    }

    private static String verdict(List<String> told) {
        return told.get(told.size() - 1).replaceFirst(" at member `[^`]*`", "");
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(directory.resolve("archive"), bytes);
    }

    private Path script(String... lines) throws IOException {
        Path program = Files.writeString(directory.resolve("program"), "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }

    private static List<ProcessHandle> children() {
        return ProcessHandle.current().children().filter(ProcessHandle::isAlive).toList();
    }

    @ParameterizedTest
    @EnumSource
    void saysOfACutArchiveWhatJavaAloneSays(Way way) throws Exception {
        byte[] whole = way.pack(SMALL);
        int step = Amount.of(23, 11);
        for (int length = way.packing == Packing.XZ ? 6 : 4; length < whole.length; length += step) {
            Path file = write(Arrays.copyOf(whole, length));
            assertSame("cut at " + length, way, file);
        }
    }

    @ParameterizedTest
    @EnumSource
    void saysOfAFlippedBitWhatJavaAloneSays(Way way) throws Exception {
        byte[] whole = way.pack(SMALL);
        Random random = new Random(4711);
        int flips = Amount.of(75, 150);
        for (int i = 0; i < flips; i++) {
            byte[] flipped = whole.clone();
            flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
            Path file = write(flipped);
            assertSame("flip " + i, way, file);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IGZIP", "PIGZ", "STREAMS", "BLOCKS"})
    void saysOfRubbishBehindTheEndWhatJavaAloneSays(Way way) throws Exception {
        for (byte[] rubbish :
                List.of(new byte[] {'x'}, new byte[512], "garbage\n".repeat(99).getBytes(UTF_8))) {
            ByteArrayOutputStream archive = new ByteArrayOutputStream();
            archive.writeBytes(way.pack(SMALL));
            archive.writeBytes(rubbish);
            Path file = write(archive.toByteArray());
            assertSame(rubbish.length + " bytes", way, file);
        }
    }

    @ParameterizedTest
    @EnumSource
    void givesEveryByteOfManyParts(Way way) throws Exception {
        TarBytes tar = new TarBytes();
        for (int i = 0; i < 20; i++) {
            tar.file("f" + i, text(100_000 + i));
        }
        byte[] content = tar.end();
        List<byte[]> parts = new ArrayList<>();
        for (int at = 0; at < content.length; at += 60_000) {
            parts.add(Arrays.copyOfRange(content, at, Math.min(content.length, at + 60_000)));
        }
        Path file = write(way.packing.pack(parts.toArray(byte[][]::new)));

        List<String> told = told(file, way.limits());
        assertThat(told).hasSize(40).isEqualTo(told(file, JAVA));
        assertThat(children()).isEmpty();
    }

    @Test
    void whatOnlyLooksLikeABeginningOfAStreamIsRubbishAsItIsToJavaAlone() throws Exception {
        byte[] head = {'B', 'Z', 'h', '9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59};
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (int i = 0; i < 3; i++) {
            content.writeBytes(Way.STREAMS.pack(SMALL));
            content.writeBytes(head);
        }
        Path file = write(content.toByteArray());

        assertSame("two heads", Way.STREAMS, file);
    }

    @Test
    void aProgramThatIsKilledInTheMiddleIsReplacedAndTold() throws Exception {
        Path program = installed("igzip");
        Path file = write(Packing.GZIP.pack(large()));
        try (ArchiveReader reader = ArchiveReader.open(file, with(program))) {
            assertThat(reader.next()).isPresent();
            byte[] first = reader.content().readNBytes(1000);
            assertThat(children()).hasSize(1).allMatch(ProcessHandle::destroyForcibly);

            assertThat(first).isEqualTo(Arrays.copyOf(noise(), 1000));
            assertThat(reader.content().readAllBytes()).isEqualTo(Arrays.copyOfRange(noise(), 1000, noise().length));
            assertThat(reader.next()).isEmpty();
            assertThat(reader.note().orElseThrow()).contains("`/usr/bin/igzip` was ended by signal 9");
        }
        assertThat(children()).isEmpty();
    }

    @Test
    void aProgramThatDoesNotGetGoingIsJavasWorkWithoutAWord() throws Exception {
        Path file = write(Packing.GZIP.pack(SMALL));
        List<Path> programs = List.of(script("echo no memory >&2", "exit 255"), directory, directory.resolve("none"));
        for (Path program : programs) {
            try (ArchiveReader reader = ArchiveReader.open(file, with(program))) {
                assertThat(reader.next()).isPresent();
                assertThat(reader.note()).isEmpty();
            }
            assertThat(told(file, with(program))).isEqualTo(told(file, JAVA));
        }
    }

    @Test
    void aProgramThatComplainsAtLengthOrGivesOtherBytesDoesNotPass() throws Exception {
        byte[] tar = new TarBytes().file("a", text(200_000)).end();
        Path file = write(Packing.GZIP.pack(tar));
        Path chatty = script("head -c 300000 /dev/zero | tr '\\0' x >&2", "gzip -dc | head -c 150000", "exit 1");
        try (ArchiveReader reader = ArchiveReader.open(file, with(chatty))) {
            assertThat(reader.next()).isPresent();
            assertThat(reader.content().readAllBytes()).hasSize(200_000);
            assertThat(reader.note().orElseThrow()).contains("status 1: xxx").hasSizeLessThan(1000);
        }
        Path other = script("gzip -dc | head -c 150000 | tr q r", "exit 1");
        try (ArchiveReader reader = ArchiveReader.open(file, with(other))) {
            assertThatThrownBy(() -> {
                        reader.next();
                        reader.content().readAllBytes();
                    })
                    .hasMessageContaining("not the same");
        }
    }

    @Test
    void aProgramGetsNoEnvironmentAndNoName() throws Exception {
        Path seen = directory.resolve("seen");
        Path program = script("exec 2>&1 >" + seen, "tr '\\0' '\\n' </proc/self/environ", "echo \"$0 $*\"", "pwd");
        told(write(Packing.GZIP.pack(SMALL)), with(program));

        assertThat(Files.readString(seen)).isEqualTo(program + " -dc\n/\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip -dc", "exec sleep 1000", "cat >/dev/null; exec sleep 1000"})
    void nothingRunsOnAfterItIsClosed(String work) throws Exception {
        Path program = script(work.equals("gzip -dc") ? "exec " + work : work);
        Path file = write(Packing.GZIP.pack(large()));
        try (ArchiveReader reader = ArchiveReader.open(file, with(program))) {
            if (work.startsWith("gzip")) {
                assertThat(reader.next()).isPresent();
            }
            while (children().isEmpty()) {
                Thread.sleep(10);
            }
        }
        assertThat(children()).isEmpty();
    }

    @Test
    void aProgramWhoseJvmIsKilledDies() throws Exception {
        Path file = write(Packing.GZIP.pack(large()));
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReadInFork.class.getName(),
                        file.toString(),
                        installed("igzip").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long child;
        try (BufferedReader line = jvm.inputReader(UTF_8)) {
            child = Long.parseLong(line.readLine());
        } finally {
            jvm.destroyForcibly().waitFor();
        }

        Path status = Path.of("/proc", Long.toString(child), "status");
        // where nobody reaps orphans it stays as a zombie
        while (Files.exists(status) && !Files.readString(status).contains("State:\tZ")) {
            Thread.sleep(10);
        }
    }

    @Test
    void moreMemoryThanTheSiteAllowsIsRefusedWithTheNumber() throws Exception {
        Path file = write(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) (21 << 3), 0, 0, 0, 0, 0});

        assertThatThrownBy(() -> ArchiveReader.open(file))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("needs 2.0 GiB of memory");
        long enough = Runtime.getRuntime().maxMemory() + (3L << 30); // the window's room is beside the heap
        try (ArchiveReader reader = ArchiveReader.open(file, new ReadLimits(Decompressors.NONE, 2, enough))) {
            assertThat(reader.writers(4)).isEqualTo(1);
        }
        try (ArchiveReader reader = ArchiveReader.open(write(Packing.ZSTD.pack(SMALL)))) {
            assertThat(reader.writers(4)).isEqualTo(4);
        }
    }

    private static byte[] noise() {
        byte[] noise = new byte[16 << 20];
        new Random(1).nextBytes(noise);
        return noise;
    }

    private static byte[] large() {
        byte[] noise = noise();
        return new TarBytes()
                .header('0', "a".getBytes(UTF_8), 0644, TarBytes.octal(noise.length), "")
                .data(noise)
                .end();
    }

    private static String text(int length) {
        return new Random(length)
                .ints(length, 'a', 'z')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
