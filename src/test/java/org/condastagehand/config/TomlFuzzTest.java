package org.condastagehand.config;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.OneLine;
import org.condastagehand.host.User;
import org.condastagehand.request.EnvSpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** The job's and the site's file; `src/test/fuzz` looks for inputs, and here those that it kept are tried. */
@Timeout(20)
class TomlFuzzTest {
    private static Path directory;
    private static Path file;
    private static User user;

    @BeforeAll
    static void makeFile() throws IOException {
        Path memory = Path.of("/dev/shm");
        directory = Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "toml")
                : Files.createTempDirectory("toml");
        file = directory.resolve(JobFile.NAME);
        user = User.current();
    }

    @AfterAll
    static void deleteFile() throws IOException {
        Files.deleteIfExists(file);
        Files.delete(directory);
    }

    /** The first byte chooses who reads the rest: a JVM that fuzzes starts so slowly that each class has one target. */
    @FuzzTest
    void files(byte[] bytes) throws IOException {
        if (bytes.length == 0) {
            return;
        }
        byte[] input = Arrays.copyOfRange(bytes, 1, bytes.length);
        switch ((bytes[0] & 0xff) % 3) {
            case 0 -> reader(input);
            case 1 -> jobFile(input);
            default -> site(input);
        }
    }

    private static void reader(byte[] bytes) {
        TomlReader toml = TomlReader.of(bytes);
        toml.texts("env");
        toml.text("text", Function.identity());
        toml.bool("switch");
        toml.integer("number", -3, 300);
        toml.size("size");
        toml.duration("time");
        toml.table("table", Function.identity());
        toml.complaint().ifPresent(OneLine::require);
    }

    private static void jobFile(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        try {
            JobFile.Found found = JobFile.find(directory, user);
            found.note().ifPresent(OneLine::require);
            for (EnvSpec env : found.file().orElseThrow().envs()) {
                String text = env.toString();
                if (text.isEmpty() || text.equals("..") || text.chars().anyMatch(Character::isISOControl)) {
                    throw new AssertionError(text);
                }
            }
        } catch (BadRequest e) {
            OneLine.require(e);
        }
    }

    private static void site(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        try {
            SiteConfig site = SiteConfig.load(List.of(file), "n17", false);
            if (!site.localRoot().isAbsolute() || site.minUid() < 1) {
                throw new AssertionError(site.toString());
            }
        } catch (BadSite e) {
            OneLine.require(e);
        }
    }
}
