package org.condastagehand.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.condastagehand.stage.Scenery.names;
import static org.condastagehand.stage.Scenery.target;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.condastagehand.archive.ArchiveReader;
import org.condastagehand.archive.Member;
import org.condastagehand.host.FileTree;
import org.condastagehand.host.StagingException;

/** Stages archives that may be anything, beside a directory that no archive may touch. */
final class Arena {
    private static final StageLimits LIMITS = new StageLimits(0, 64 << 20, 1);

    private final Path directory;
    private final Path archive;
    private final Path canary;
    private final Path disk;
    private final Path env;
    private final List<String> before;

    Arena(Path directory) throws IOException {
        this.directory = directory;
        archive = directory.resolve("archive");
        canary = Files.createDirectories(directory.resolve("canary/bin")).getParent();
        disk = Files.createDirectory(directory.resolve("disk"));
        env = disk.resolve("env");
        Files.writeString(canary.resolve("file"), "tweet " + Demo.PLACEHOLDER + "\n");
        Files.writeString(
                canary.resolve("bin/conda-unpack"),
                new CondaPack().record("file", Demo.PLACEHOLDER, "text").script());
        before = canary();
    }

    /** Where a thousand stagings a second wear out no disk; the caller deletes it. */
    static Arena inMemory() throws IOException {
        Path memory = Path.of("/dev/shm");
        return new Arena(
                Files.isWritable(memory)
                        ? Files.createTempDirectory(memory, "arena")
                        : Files.createTempDirectory("arena"));
    }

    Path directory() {
        return directory;
    }

    /** Stages and strikes again. What is published has every member; what is refused leaves nothing. */
    Stager.Staged stage(byte[] bytes) throws IOException, StagingException {
        Files.write(archive, bytes);
        try {
            Stager.Staged staged = new Stager(LIMITS).stage(Scenery.archive(archive), target(env, true));
            assertThat(names(disk)).containsExactly("env");
            requireComplete();
            FileTree.delete(env);
            return staged;
        } catch (StagingException e) {
            assertThat(names(disk)).isEmpty();
            throw e;
        }
    }

    private void requireComplete() throws IOException, StagingException {
        List<String> paths = new ArrayList<>();
        try (ArchiveReader reader = ArchiveReader.open(archive)) {
            for (Optional<Member> member = reader.next(); member.isPresent(); member = reader.next()) {
                paths.add(member.get().path());
                drain(reader.content());
            }
        }
        // below an --arcroot, what stands above the root is not published
        for (int depth = 0; depth < 1500 && !holdsCondaMeta(paths); depth++) {
            paths.removeIf(path -> path.indexOf('/') < 0);
            paths.replaceAll(path -> path.substring(path.indexOf('/') + 1));
        }
        assertThat(paths)
                .allMatch(
                        path -> Files.exists(env.resolve(path), LinkOption.NOFOLLOW_LINKS), "is in what was published");
        assertThat(env.resolve("conda-meta")).isDirectory();
    }

    private static boolean holdsCondaMeta(List<String> paths) {
        return paths.stream().anyMatch(path -> path.startsWith("conda-meta/") || path.equals("conda-meta"));
    }

    private static void drain(InputStream content) throws IOException {
        content.transferTo(OutputStream.nullOutputStream());
    }

    /** Nothing beside the disk came, went or changed. */
    void requireIntact() throws IOException {
        assertThat(names(directory)).isEqualTo(List.of("archive", "canary", "disk"));
        assertThat(canary()).isEqualTo(before);
    }

    private List<String> canary() throws IOException {
        TreeSet<String> lines = new TreeSet<>(Tree.of(canary).lines(0));
        try (var paths = Files.walk(canary)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                FileTime modified = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS);
                lines.add(path + " " + modified);
            }
        }
        return List.copyOf(lines);
    }
}
