package org.condastagehand.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.stream.Stream;
import org.condastagehand.observe.Course.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastStagingTest {
    private static final Path SOURCE = Path.of("/home/ada/.conda/envs/demo = x.tar.gz");

    @TempDir
    Path dir;

    private static LastStaging staging(Path source, long millis) {
        Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
        return new LastStaging(source, Source.ARCHIVE, now, "n1", 509, 5_000_000, millis, millis - 10);
    }

    private Path cache() {
        return dir.resolve(".cache/conda-stagehand");
    }

    private Path note() throws IOException {
        try (Stream<Path> notes = Files.list(LastStaging.directory(cache()))) {
            return notes.findFirst().orElseThrow();
        }
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        LastStaging last = staging(SOURCE, 3_100);
        last.write(cache());

        assertThat(LastStaging.of(cache(), SOURCE)).hasValue(last);
        assertThat(LastStaging.of(cache(), Path.of("/home/ada/.conda/envs/other")))
                .isEmpty();
        assertThat(Files.getPosixFilePermissions(LastStaging.directory(cache())))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void theNextOneReplacesItButAThousandAtOnceWriteOnce() throws Exception {
        staging(SOURCE, 3_100).write(cache());
        staging(SOURCE, 4_000).write(cache());
        assertThat(LastStaging.of(cache(), SOURCE)).map(LastStaging::millis).hasValue(3_100L);

        Files.setLastModifiedTime(note(), FileTime.from(Instant.now().minusSeconds(3_600)));
        staging(SOURCE, 5_000).write(cache());
        assertThat(LastStaging.of(cache(), SOURCE)).map(LastStaging::millis).hasValue(5_000L);
        assertThat(LastStaging.directory(cache()))
                .isDirectoryContaining(file -> true)
                .satisfies(directory -> {
                    try (Stream<Path> files = Files.list(directory)) {
                        assertThat(files).hasSize(1);
                    }
                });
    }

    @Test
    void whatIsDamagedOrNoFileIsAsIfItWereNotThere() throws Exception {
        staging(SOURCE, 3_100).write(cache());
        Path note = note();
        String whole = Files.readString(note);
        for (String text :
                new String[] {"", "x", whole.replace("509", "many"), whole.replace("kind=ARCHIVE", "kind=x")}) {
            Files.writeString(note, text);
            assertThat(LastStaging.of(cache(), SOURCE)).isEmpty();
        }
        Files.delete(note);
        Files.createSymbolicLink(note, Path.of("/dev/zero"));
        assertThat(LastStaging.of(cache(), SOURCE)).isEmpty();
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNoReasonToFail() throws Exception {
        Files.createDirectories(dir.resolve(".cache"));
        Files.writeString(cache(), "a file");
        staging(SOURCE, 3_100).write(cache());

        assertThat(cache()).hasContent("a file");
    }

    @Test
    void theOldestGoWhenThereAreMany() throws Exception {
        for (int number = 0; number < 258; number++) {
            staging(Path.of("/envs/" + number), 1_000).write(cache());
            if (number == 0) {
                Files.setLastModifiedTime(note(), FileTime.from(Instant.EPOCH));
            }
        }

        assertThat(LastStaging.of(cache(), Path.of("/envs/0"))).isEmpty();
        assertThat(LastStaging.of(cache(), Path.of("/envs/257"))).isPresent();
        try (Stream<Path> files = Files.list(LastStaging.directory(cache()))) {
            assertThat(files).hasSize(256);
        }
    }
}
