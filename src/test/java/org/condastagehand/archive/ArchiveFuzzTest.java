package org.condastagehand.archive;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.OneLine;
import org.condastagehand.relocate.BinaryRelocation;
import org.condastagehand.relocate.Prefix;
import org.condastagehand.relocate.Relocation;
import org.condastagehand.relocate.TextRelocation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** What reads an archive, each part in memory; `src/test/fuzz` looks for inputs, and here those that it kept are tried. */
@Timeout(20)
class ArchiveFuzzTest {
    private static final Prefix TO = Prefix.of("/local/env");
    private static Path file;

    @BeforeAll
    static void makeFile() throws IOException {
        Path memory = Path.of("/dev/shm");
        file = Files.isWritable(memory)
                ? Files.createTempFile(memory, "archive", "")
                : Files.createTempFile("archive", "");
    }

    @AfterAll
    static void deleteFile() throws IOException {
        Files.delete(file);
    }

    private static void require(boolean holds, Object what) {
        if (!holds) {
            throw new AssertionError(String.valueOf(what));
        }
    }

    /** The first byte chooses who reads the rest: a JVM that fuzzes starts so slowly that each class has one target. */
    @FuzzTest
    void parts(byte[] bytes) throws Exception {
        if (bytes.length == 0) {
            return;
        }
        byte[] input = Arrays.copyOfRange(bytes, 1, bytes.length);
        switch ((bytes[0] & 0xff) % 4) {
            case 0 -> tar(input);
            case 1 -> script(input);
            case 2 -> manifest(input);
            default -> index(input);
        }
    }

    private static void tar(byte[] bytes) {
        byte[] tar = TarBytes.withChecksums(bytes);
        TarReader reader = new TarReader(new ByteArrayInputStream(tar));
        byte[] buffer = new byte[1 << 12];
        long content = 0;
        try {
            int members = 0;
            for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                requireHarmless(Member.of(entry.get()));
                require(++members <= tar.length / TarHeader.BLOCK, "more members than headers");
                for (int count = 0; count >= 0; count = reader.read(buffer, 0, buffer.length)) {
                    content += count;
                }
            }
        } catch (BadRequest e) {
            OneLine.require(e);
        } catch (IOException | IllegalArgumentException e) {
            // ArchiveReader tells these as what they are: a broken archive
            require(e.getMessage() != null, e);
        }
        require(content <= tar.length, "more content than bytes");
    }

    private static void requireHarmless(Member member) {
        requireInside(member.path(), member.kind() == Member.Kind.DIRECTORY);
        require(member.size() >= 0 && (member.mode() & ~0777) == 0, member);
        switch (member.kind()) {
            case HARD_LINK -> requireInside(member.link(), true);
            case SYMLINK -> require(!member.link().isEmpty() && member.link().indexOf('\0') < 0, member);
            case FILE, DIRECTORY -> require(member.link().isEmpty(), member);
        }
    }

    private static void requireInside(String path, boolean mayBeRoot) {
        if (path.isEmpty()) {
            require(mayBeRoot, "no name");
            return;
        }
        require(!path.startsWith("/") && path.indexOf('\0') < 0, path);
        for (String part : path.split("/", -1)) {
            require(!part.isEmpty() && !part.equals(".") && !part.equals(".."), path);
        }
        byte[] utf8 = path.getBytes(StandardCharsets.UTF_8);
        require(new String(utf8, StandardCharsets.UTF_8).equals(path), path);
    }

    /** Records that are accepted are applied, to the script itself for want of another content. */
    private static void script(byte[] script) {
        try {
            Set<String> applied = new HashSet<>();
            for (PrefixRecord record : UnpackScript.parse(script)) {
                requireInside(record.path(), true);
                require(record.placeholder().length() > 0, record);
                require(record.placeholder().toString().indexOf('\0') < 0, record);
                if (applied.size() < 8 && applied.add(record.placeholder().toString())) {
                    relocate(script, record);
                }
            }
        } catch (BadRequest e) {
            OneLine.require(e);
        }
    }

    private static void relocate(byte[] content, PrefixRecord record) {
        byte[] before = content.clone();
        Relocation.InMemory binary = new BinaryRelocation(record.placeholder(), TO).apply(content);
        require(binary.content().length == content.length, "a binary of another length");
        if (record.placeholder().length() >= TO.length()) {
            require(binary.outcome() != Relocation.Outcome.DOES_NOT_FIT, record);
        }
        Relocation.InMemory text = new TextRelocation(record.placeholder(), TO).apply(content);
        boolean holds = record.placeholder().standsIn(content, 0, content.length);
        require(holds || text.outcome() == Relocation.Outcome.UNCHANGED, record);
        require(Arrays.equals(before, content), "the content that came in was changed");
    }

    private static void manifest(byte[] json) {
        try {
            Optional<Manifest> manifest = Manifest.parse(json);
            if (manifest.isPresent()) {
                manifest.get().unrecorded().forEach(path -> requireInside(path, true));
                byte[] written = manifest.get().toJson().getBytes(StandardCharsets.UTF_8);
                require(Manifest.parse(written).isPresent(), "what was read cannot be read again");
            }
        } catch (BadRequest e) {
            OneLine.require(e);
        }
    }

    /** The seek table, and where it holds the manifest, the records and the runs of frames behind it. */
    private static void index(byte[] bytes) throws Exception {
        Files.write(file, bytes);
        try (FileChannel channel = FileChannel.open(file)) {
            Optional<SeekTable> table = SeekTable.read(channel);
            require(table.isEmpty() || table.get().end() < bytes.length, "frames behind the end");
        } catch (BadRequest e) {
            OneLine.require(e);
        }
        try (ArchiveFile opened = ArchiveFile.open(file)) {
            Optional<IndexedArchive> archive = IndexedArchive.of(opened);
            if (archive.isPresent()) {
                readAll(archive.get());
            }
        } catch (BadRequest e) {
            OneLine.require(e);
        }
    }

    private static void readAll(IndexedArchive archive) throws BadRequest {
        archive.records().forEach(record -> requireInside(record.path(), true));
        List<IndexedArchive.Run> runs = archive.runs();
        long content = 0;
        try (FrameReader reader = archive.reader()) {
            for (IndexedArchive.Run run : runs) {
                require(run.first() >= 0 && run.first() + run.frames() <= archive.frames(), run);
                reader.open(run);
                for (Optional<Member> member = reader.next(); member.isPresent(); member = reader.next()) {
                    requireHarmless(member.get());
                    content += member.get().size();
                }
            }
        }
        require(content <= archive.manifest().tarBytes(), "more content than the manifest claims");
    }
}
