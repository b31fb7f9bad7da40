package org.condastagehand.keep;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.condastagehand.host.ProcessIdentity;

/**
 * That one process of all nodes packs an archive, on a file system whose locks may not work. A directory is made by one alone;
 * in it a file of a name that nobody else has says whose it is, and is written again while that one lives.
 *
 * <p>One that was not written for long, by the file system's own clock, or whose process on this node is dead, is renamed out of the
 * way by who makes a directory in it, which again one alone can do. It spares work and decides nothing: what is published is whole, and two that
 * pack publish the same.
 */
final class Claim {
    /** Of no sign of life. */
    static final Duration STALE = Duration.ofMinutes(2);

    private static final String DEAD = ".dead.";
    private static final String OVER = "over";

    private final Path directory;
    private final Path token;
    private final byte[] words;

    private Claim(Path directory, Path token, byte[] words) {
        this.directory = directory;
        this.token = token;
        this.words = words;
    }

    /** Empty when another one has it. */
    static Optional<Claim> take(Path directory) throws IOException {
        Optional<Claim> made = make(directory);
        if (made.isPresent() || !removeDead(directory, new FileClock(directory.resolveSibling("")))) {
            return made;
        }
        return make(directory);
    }

    private static Optional<Claim> make(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            return Optional.empty();
        }
        ProcessIdentity self = ProcessIdentity.self();
        String words = String.join(
                "\n",
                self.bootId(),
                self.pidNamespace(),
                Long.toString(self.pid()),
                Long.toString(self.startTime()),
                "");
        Claim claim = new Claim(directory, directory.resolve(UUID.randomUUID().toString()), words.getBytes(UTF_8));
        Files.write(claim.token, claim.words, StandardOpenOption.CREATE_NEW);
        return Optional.of(claim);
    }

    /**
     * The sign of life.
     *
     * @return whether it is still ours
     */
    boolean renew() {
        try {
            Files.write(token, words, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Gives it up; one that another has taken stays that one's. */
    void release() throws IOException {
        if (Files.deleteIfExists(token)) {
            try {
                Files.deleteIfExists(directory);
            } catch (DirectoryNotEmptyException e) {
                return; // an NFS client keeps a name for what is open
            }
        }
    }

    /** Removes one whose process is dead. */
    static void clear(Path directory, FileClock clock) throws IOException {
        String name = String.valueOf(directory.getFileName());
        if (name.contains(DEAD)) {
            delete(directory);
        } else if (name.endsWith(KeepArea.LOCK)) {
            removeDead(directory, clock);
        }
    }

    private static boolean removeDead(Path directory, FileClock clock) throws IOException {
        List<Path> tokens = tokens(directory);
        if (!isDead(directory, tokens, clock) || !takeOver(directory, tokens, clock)) {
            return false;
        }
        Path away = directory.resolveSibling("." + directory.getFileName() + DEAD + UUID.randomUUID());
        Files.move(directory, away, StandardCopyOption.ATOMIC_MOVE);
        delete(away);
        return true;
    }

    /** Who makes a directory in the dead one may rename it, if it is still the one that was judged. */
    private static boolean takeOver(Path directory, List<Path> tokens, FileClock clock) throws IOException {
        Path over = directory.resolve(OVER);
        try {
            Files.createDirectory(over);
        } catch (NoSuchFileException e) {
            return false; // another one was first, and is done with it
        } catch (FileAlreadyExistsException e) {
            if (clock.age(over).compareTo(STALE) > 0) {
                Files.deleteIfExists(over); // that one has died, too: the next may try
            }
            return false;
        }
        if (tokens(directory).equals(tokens)) {
            return true;
        }
        Files.deleteIfExists(over); // the dead one went meanwhile, and this one is alive
        return false;
    }

    private static boolean isDead(Path directory, List<Path> tokens, FileClock clock) throws IOException {
        Duration youngest = clock.age(directory);
        for (Path token : tokens) {
            if (isOfDeadProcess(token)) {
                return true;
            }
            Duration age = clock.age(token);
            youngest = age.compareTo(youngest) < 0 ? age : youngest;
        }
        return youngest.compareTo(STALE) > 0;
    }

    /** Only who is on the same node can tell before the time is up. */
    private static boolean isOfDeadProcess(Path token) throws IOException {
        try {
            List<String> words = Files.readAllLines(token);
            return words.size() == 4
                    && words.get(0).equals(ProcessIdentity.currentBoot())
                    && new ProcessIdentity(
                                    words.get(0),
                                    words.get(1),
                                    Long.parseLong(words.get(2)),
                                    Long.parseLong(words.get(3)))
                            .provenDead();
        } catch (NoSuchFileException | NumberFormatException e) {
            return false;
        }
    }

    private static List<Path> tokens(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, entry -> !entry.endsWith(OVER))) {
            entries.forEach(found::add);
        } catch (NoSuchFileException e) {
            return found;
        }
        found.sort(null);
        return found;
    }

    private static void delete(Path directory) throws IOException {
        for (Path token : tokens(directory)) {
            Files.deleteIfExists(token);
        }
        Files.deleteIfExists(directory.resolve(OVER));
        Files.deleteIfExists(directory);
    }
}
