package org.condastagehand.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrefixSizeTest {
    @TempDir
    Path root;

    private Scene scene;

    @BeforeEach
    void setUp() throws IOException {
        scene = new Scene(root);
    }

    @Test
    void addsUpTheFilesOfAllPackages() throws IOException {
        scene.file("ml/conda-meta/a-1-0.json", """
                {"name": "a", "files": ["bin/a", "bin/b"], "depends": [{"x": [1]}],
                 "paths_data": {"paths_version": 1, "paths": [
                   {"_path": "bin/a", "path_type": "hardlink", "size_in_bytes": 100},
                   {"size_in_bytes": 100, "path_type": "softlink", "_path": "bin/b"}]}}
                """);
        scene.file(
                "ml/conda-meta/b-1-0.json",
                "{\"paths_data\": {\"paths\": [{\"_path\": \"lib/c\", \"size_in_bytes\": 23}]}}");
        scene.file("ml/conda-meta/history", "not json");

        assertThat(PrefixSize.of(root.resolve("ml"))).isEqualTo(new PrefixSize(OptionalLong.of(123), 3));
    }

    @Test
    void knowsOnlyTheFilesOfOldRecords() throws IOException {
        scene.file("ml/conda-meta/a-1-0.json", "{\"files\": [\"bin/a\", \"bin/b\"]}");

        assertThat(PrefixSize.of(root.resolve("ml"))).isEqualTo(new PrefixSize(OptionalLong.empty(), 2));
    }

    @Test
    void knowsNothingOfWhatIsNotThere() {
        assertThat(PrefixSize.of(root.resolve("nothing"))).isEqualTo(new PrefixSize(OptionalLong.empty(), 0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]                                                                          | 0",
                "{\"paths_data\": 7, \"files\": {}}                                          | 0",
                "{\"paths_data\": {\"paths\": [1, null, [], {}]}}                            | 0",
                "{\"paths_data\": {\"paths\": [{\"size_in_bytes\": 5}, {\"size_in_bytes\": 1e99}]}} | 5",
                "{\"paths_data\": {\"paths\": [{\"size_in_bytes\": 5}, {\"size_in_bytes\": \"6\"}]}} | 5",
                "{\"paths_data\": {\"paths\": [{\"size_in_bytes\": 5}, {\"size_in_bytes\": -6}]}} | 5",
                "{\"paths_data\": {\"paths\": [{\"size_in_bytes\": 5}, {\"size_in_b             | 5"
            })
    void takesWhatItCanFromARecordThatIsWrong(String record, long bytes) throws IOException {
        scene.file("ml/conda-meta/a-1-0.json", record);

        assertThat(PrefixSize.of(root.resolve("ml")).bytes().orElse(0)).isEqualTo(bytes);
    }

    @Test
    void staysAtTheLargestNumberThereIs() throws IOException {
        String huge = "{\"size_in_bytes\": " + Long.MAX_VALUE + "}";
        scene.file("ml/conda-meta/a-1-0.json", "{\"paths_data\": {\"paths\": [" + huge + "," + huge + "]}}");

        assertThat(PrefixSize.of(root.resolve("ml")).bytes()).hasValue(Long.MAX_VALUE);
    }

    @Test
    @Timeout(120)
    void survivesDeepNestingAndHugeRecords() throws IOException {
        scene.file("ml/conda-meta/deep.json", "{\"paths_data\": " + "[".repeat(1_000_000));
        scene.file("ml/conda-meta/huge.json", " ".repeat(PackageFiles.LIMIT) + "{\"files\": [\"a\"]}");

        assertThat(PrefixSize.of(root.resolve("ml"))).isEqualTo(new PrefixSize(OptionalLong.empty(), 0));
    }
}
