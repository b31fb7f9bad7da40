package org.condastagehand.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecompressorsTest {
    @TempDir
    private Path directory;

    private Path program;
    private Path measured;

    @BeforeEach
    void writeWhatWasMeasured() throws IOException {
        program = Files.createFile(directory.resolve("igzip"));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        measured = Files.write(directory.resolve("decompressor"), List.of("gzip=" + program, "bzip2=" + program));
    }

    @Test
    void autoIsWhatWasMeasured() {
        assertThat(Decompressors.of("auto", Optional.of(measured)))
                .isEqualTo(new Decompressors(Optional.of(program), Optional.of(program)));
    }

    @Test
    void javaIsJavaWhateverWasMeasured() {
        assertThat(Decompressors.of("java", Optional.of(measured))).isEqualTo(Decompressors.NONE);
    }

    @Test
    void aPathIsThatProgramForGzipAlone() {
        assertThat(Decompressors.of(program.toString(), Optional.empty()))
                .isEqualTo(new Decompressors(Optional.of(program), Optional.empty()));
    }

    @Test
    void aNodeThatLacksTheProgramHasJava() throws IOException {
        Files.delete(program);

        assertThat(Decompressors.of("auto", Optional.of(measured))).isEqualTo(Decompressors.NONE);
        assertThat(Decompressors.of("auto", Optional.of(directory.resolve("none"))))
                .isEqualTo(Decompressors.NONE);
        assertThat(Decompressors.of("auto", Optional.empty())).isEqualTo(Decompressors.NONE);
        assertThat(Decompressors.of(program.toString(), Optional.empty())).isEqualTo(Decompressors.NONE);
    }

    @Test
    void aNameIsLookedForWhereProgramsOfTheSystemAre() {
        assertThat(Decompressors.of("sh", Optional.empty()).gzip()).isPresent();
        assertThat(Decompressors.of("no-such-program", Optional.empty())).isEqualTo(Decompressors.NONE);
    }

    @Test
    void onlyBzip2sProgramIsToldHowManyThreads() {
        Decompressors programs = Decompressors.of("auto", Optional.of(measured));

        assertThat(programs.command(Codec.GZIP, 3)).contains(List.of(program.toString(), "-dc"));
        assertThat(programs.command(Codec.BZIP2, 3)).contains(List.of(program.toString(), "-n", "3", "-dc"));
        assertThat(programs.command(Codec.XZ, 3)).isEmpty();
    }
}
