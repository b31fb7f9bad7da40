package org.condastagehand.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nobody asks the file system for an archive's name again once it is open: it can be gone. */
class ArchiveFileTest {
    @TempDir
    private Path directory;

    private ArchiveFile openWithoutName(byte[] content) throws Exception {
        return openWithoutName(Files.write(directory.resolve("archive"), content));
    }

    private static ArchiveFile openWithoutName(Path path) throws Exception {
        ArchiveFile file = ArchiveFile.open(path);
        Files.delete(path);
        return file;
    }

    @ParameterizedTest
    @EnumSource
    void oneOpenServesAllWhoLookIntoAnArchive(Packing packing) throws Exception {
        byte[] tar =
                new TarBytes().file("bin/a", "first").file("lib/b", "second").end();
        try (ArchiveFile file = openWithoutName(packing.pack(tar))) {
            assertThat(IndexedArchive.of(file)).isEmpty();
            assertThat(ArchiveSize.atLeast(file)).isLessThanOrEqualTo(tar.length);
            List<String> members = new ArrayList<>();
            try (ArchiveReader reader = ArchiveReader.of(file, ReadLimits.defaults())) {
                for (Optional<Member> next = reader.next(); next.isPresent(); next = reader.next()) {
                    members.add(next.get().path());
                }
            }
            assertThat(members).containsExactly("bin/a", "lib/b");
        }
    }

    @Test
    void oneOpenServesAllWhoReadPartsOfAnArchiveOfOurs() throws Exception {
        try (ArchiveFile file =
                openWithoutName(new OwnArchive().file("lib/b", "second").write(directory.resolve("archive")))) {
            IndexedArchive archive = IndexedArchive.of(file).orElseThrow();
            assertThat(archive.records()).isEmpty();
            List<String> members = new ArrayList<>();
            try (FrameReader reader = archive.reader()) {
                for (IndexedArchive.Run run : archive.runs()) {
                    reader.open(run);
                    for (Optional<Member> next = reader.next(); next.isPresent(); next = reader.next()) {
                        members.add(next.get().path());
                    }
                }
            }
            assertThat(members).containsExactly("bin/conda-unpack", "lib/b");
        }
    }

    @Test
    void whoReadsItClosesIt() throws Exception {
        ArchiveFile file = openWithoutName(new TarBytes().file("bin/a", "first").end());
        ArchiveReader.of(file, ReadLimits.defaults()).close();
        assertThat(file.channel().isOpen()).isFalse();
    }
}
