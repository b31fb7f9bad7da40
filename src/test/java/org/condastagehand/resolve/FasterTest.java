package org.condastagehand.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FasterTest {
    @TempDir
    Path dir;

    private Path prefix;

    @BeforeEach
    void makePrefix() throws IOException {
        prefix = dir.resolve("ml");
        Files.createDirectories(prefix.resolve("conda-meta"));
        Files.writeString(
                prefix.resolve("conda-meta/a-1-0.json"),
                "{\"paths_data\": {\"paths\": [{\"_path\": \"a\", \"size_in_bytes\": 1}, {\"_path\": \"b\"}]}}");
    }

    private ResolvedEnv live(String... notes) {
        return new ResolvedEnv("ml", new ResolvedEnv.LivePrefix(prefix), Optional.of(prefix), List.of(notes));
    }

    private ResolvedEnv archive(String ending) {
        return new ResolvedEnv(
                "ml", new ResolvedEnv.Archive(dir.resolve("ml" + ending), 9), Optional.of(prefix), List.of());
    }

    private static Optional<String> shared(ResolvedEnv env) {
        return Faster.than(env, path -> Optional.of("nfs4"));
    }

    @Test
    void onePackedFileIsFasterThanManyOnASharedFileSystem() {
        assertThat(shared(live()))
                .hasValue("pack it once, and staging reads one file instead of 2: conda-stagehand pack " + prefix
                        + " -o " + prefix + ".tar.zst");
    }

    @Test
    void whatItIsToldAlreadyIsNotToldTwice() {
        assertThat(shared(live("passed over `ml.tar.gz`: it is older"))).isEmpty();
    }

    @Test
    void nothingIsFasterThanWhatIsOnALocalDisk() {
        assertThat(Faster.than(live(), path -> Optional.of("xfs")))
                .hasValueSatisfying(line -> assertThat(line).contains("own disk (xfs)", "conda_env=none"));
    }

    @Test
    void whereNothingIsKnownOfTheDiskPackingIsStillTheAdvice() {
        assertThat(Faster.than(live(), path -> Optional.empty()))
                .hasValueSatisfying(line -> assertThat(line).startsWith("pack it once"));
    }

    @ParameterizedTest
    @ValueSource(strings = {".tar.gz", ".tar", ".tar.bz2"})
    void ourOwnArchiveIsFasterThanAnother(String ending) {
        assertThat(shared(archive(ending)))
                .hasValueSatisfying(line -> assertThat(line).endsWith(" -o " + prefix + ".tar.zst"));
    }

    @ParameterizedTest
    @ValueSource(strings = {".tar.zst", ".tzst"})
    void ourOwnArchiveIsTheFastest(String ending) {
        assertThat(shared(archive(ending))).isEmpty();
    }
}
