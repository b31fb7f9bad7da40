package org.condastagehand.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A user with a home, a directory for each test, and the installed program. After each test no process of the user may
 * run, and neither the local root nor a directory that everybody can write to may hold a name more than before.
 */
final class Sandbox implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private static final List<Path> PUBLIC = List.of(Path.of("/tmp"), Path.of("/var/tmp"), Path.of("/dev/shm"));

    private Path base = Path.of("/nonexistent");
    private Path work = Path.of("/nonexistent");
    private Set<String> before = Set.of();
    private Set<String> publicBefore = Set.of();
    private TestUser user = new TestUser("", -1, -1, false);

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        base = Files.createTempDirectory(Path.of("/var/tmp"), "csit-");
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectory(base.resolve("home"));
        Files.createDirectory(base.resolve("streams"));
        user = TestUser.make(home());
        user.own(home());
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        before = names();
        publicBefore = publicNames();
        work = Files.createTempDirectory(base, "test-");
        user.own(work);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        try {
            Wait.until("the end of every process of the test, left: " + processes(), () -> processes()
                    .isEmpty());
            assertThat(names()).as("names left behind").isEqualTo(before);
            // what another has there meanwhile may go
            assertThat(publicNames()).as("public names left behind").isSubsetOf(publicBefore);
        } finally {
            processes().forEach(pid -> ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly));
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        user.remove();
        Tool.run("chmod", "-R", "u+w", base.toString());
        Tool.run("rm", "-rf", base.toString());
    }

    static Path tree() {
        return Path.of(property("conda.stagehand.tree"));
    }

    static Path localRoot() {
        return Path.of(property("conda.stagehand.localRoot"));
    }

    private static String property(String name) {
        String value = System.getProperty(name, "");
        assertThat(value).as("-D%s", name).startsWith("/");
        return value;
    }

    TestUser user() {
        return user;
    }

    Path base() {
        return base;
    }

    Path home() {
        return base.resolve("home");
    }

    /** The user's own directory for this test, and the working directory of its commands. */
    Path work() {
        return work;
    }

    /** The user's area in the local root, where there is one. */
    Path area() {
        return localRoot().resolve("users").resolve(Integer.toString(user.uid()));
    }

    /** A file of the user's in the test's directory. */
    Path file(String name, String... lines) {
        return file(name, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    Path file(String name, byte[] content) {
        try {
            Path file = Files.write(work.resolve(name), content);
            user.own(file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Any program, as the user, with little in its environment. */
    Command asUser(String... words) {
        List<String> all = new ArrayList<>(user.become());
        all.addAll(List.of(words));
        return command(all);
    }

    /** The program as the user types it. */
    Command stagehand(String... arguments) {
        return asUser(words(tree(), arguments));
    }

    Command stagehandOf(Path otherTree, String... arguments) {
        return asUser(words(otherTree, arguments));
    }

    /** The program as whoever runs the tests. */
    Command stagehandAsRoot(String... arguments) {
        return command(List.of(words(tree(), arguments)));
    }

    private Command command(List<String> words) {
        return new Command(base.resolve("streams"), work, words)
                .with("HOME", home())
                .with("PATH", "/usr/bin:/bin");
    }

    private static String[] words(Path of, String... arguments) {
        return Stream.concat(Stream.of(of.resolve("bin/conda-stagehand").toString()), Stream.of(arguments))
                .toArray(String[]::new);
    }

    /** The same program with another site.toml: a tree of its own around the installed jars. */
    Path treeWith(String... siteToml) {
        try {
            Path other = Files.createTempDirectory(base, "tree-");
            Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.createDirectories(other.resolve("bin"));
            Files.createDirectories(other.resolve("site-config"));
            Files.copy(
                    tree().resolve("bin/conda-stagehand"),
                    other.resolve("bin/conda-stagehand"),
                    java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            // a script in libexec finds its own tree
            Tool.run("cp", "-R", tree().resolve("libexec").toString(), other.toString());
            Files.createSymbolicLink(other.resolve("lib"), tree().resolve("lib"));
            Files.writeString(other.resolve("site-config/site.toml"), String.join("\n", siteToml) + "\n");
            return other;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every name in the local root. */
    private Set<String> names() {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> tree = Files.walk(localRoot())) {
            tree.forEach(path -> names.add(path.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }

    /** Names in public places that are the user's or look like ours. */
    private Set<String> publicNames() {
        Set<String> names = new TreeSet<>();
        PUBLIC.forEach(place -> addOurs(place, names));
        return names;
    }

    private void addOurs(Path place, Set<String> names) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(place)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                boolean ours = name.matches(
                        "conda-stagehand-(0|" + user.uid() + ")|hsperfdata_" + user.name() + "|libzstd.*|hs_err.*");
                if (!entry.equals(base) && (ours || (user.made() && user.owns(entry)))) {
                    names.add(entry.toString());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Processes that have the sandbox's home in their environment. */
    List<String> processes() {
        List<String> found = new ArrayList<>();
        String mark = "HOME=" + home() + "\0";
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                if (environment(process).contains(mark)) {
                    found.add(String.valueOf(process.getFileName()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static String environment(Path process) {
        try {
            return Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1) + "\0";
        } catch (IOException e) {
            return ""; // it ended, or is somebody else's
        }
    }
}
