package org.condastagehand.keep;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import org.condastagehand.archive.ArchiveIndex;
import org.condastagehand.archive.Manifest;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.PrivateDirectory;
import org.condastagehand.host.StagingException;
import org.condastagehand.host.User;
import org.condastagehand.resolve.EnvState;
import org.condastagehand.resolve.KeptArchives;

/**
 * A user's directory of archives. All nodes see it, so nothing here relies on locks, and whether something was left behind is told
 * by its file system's own clock.
 *
 * <pre>
 * ~/.cache/conda-stagehand/archives/   0700
 *   ENV-KEY.tar.zst                    made by a rename
 *   ENV-KEY.used                       its time is that of the last use
 *   ENV-KEY.refused                    why it is not packed
 *   ENV-KEY.lock/                      whose job packs it now, see {@link Claim}
 *   .ENV-KEY.tar.zst.RANDOM            being written
 * </pre>
 */
public final class KeepArea {
    /** A packer writes more often, or has ended. */
    static final Duration LEFT_BEHIND = Duration.ofMinutes(30);

    private static final Duration BETWEEN_USES = Duration.ofHours(1);
    private static final Duration BETWEEN_TRIES = Duration.ofDays(1);
    private static final int LONGEST_REASON = 1 << 12;
    private static final String USED = ".used";
    private static final String REFUSED = ".refused";
    static final String LOCK = ".lock";

    private final KeptArchives archives;
    private final User user;

    public KeepArea(KeptArchives archives, User user) {
        this.archives = archives;
        this.user = user;
    }

    public Path directory() {
        return archives.directory();
    }

    /** Makes it with what is above it, private as the base directory specification wants that. */
    public void make() throws StagingException {
        Path directory = directory();
        try {
            makeAbove(directory);
            PrivateDirectory.make(directory);
            PrivateDirectory.require(directory, user.uid());
        } catch (IOException e) {
            throw new NodeFault("cannot make `" + directory + "`", e);
        } catch (BadSite e) {
            throw new BadRequest(String.valueOf(e.getMessage()), "chmod 700 " + directory);
        }
    }

    private static void makeAbove(Path directory) throws IOException {
        Path above = directory.getParent();
        if (above != null && !Files.isDirectory(above)) {
            makeAbove(above);
            PrivateDirectory.make(above);
        }
    }

    static Path lockOf(Path archive) {
        return archive.resolveSibling(stem(archive) + LOCK);
    }

    private static Path usedOf(Path archive) {
        return archive.resolveSibling(stem(archive) + USED);
    }

    private static String stem(Path archive) {
        String name = String.valueOf(archive.getFileName());
        return name.substring(0, name.length() - KeptArchives.ENDING.length());
    }

    /** Notes that a job uses an archive; a thousand jobs at once need one note. */
    public static void noteUse(Path archive) {
        Path used = usedOf(archive);
        try {
            if (age(used).compareTo(BETWEEN_USES) > 0) {
                Files.write(used, new byte[0]);
            }
        } catch (IOException e) {
            return; // it only goes sooner than it should
        }
    }

    /** By this node's clock: what it decides needs to be right to an hour or two. */
    private static Duration age(Path file) throws IOException {
        try {
            long modified = Files.getLastModifiedTime(file).toMillis();
            return Duration.ofMillis(System.currentTimeMillis() - modified);
        } catch (NoSuchFileException e) {
            return BETWEEN_USES.multipliedBy(2);
        }
    }

    /** Whether an environment in this state was found to be none that can be packed, not long ago. */
    public static boolean isRefused(Path archive) {
        return Files.exists(refusedOf(archive), LinkOption.NOFOLLOW_LINKS);
    }

    void refuse(Path archive, String reason) throws IOException {
        Files.writeString(refusedOf(archive), reason + "\n");
    }

    /** Why what was not packed was not, by the name of its environment. */
    public SortedMap<String, String> refused() throws NodeFault {
        SortedMap<String, String> reasons = new TreeMap<>();
        for (Path path : entries()) {
            Matcher name =
                    KeptArchives.NAME.matcher(String.valueOf(path.getFileName()).replace(REFUSED, KeptArchives.ENDING));
            if (path.toString().endsWith(REFUSED) && name.matches()) {
                reasons.put(name.group("env"), reason(path));
            }
        }
        return reasons;
    }

    private static String reason(Path path) throws NodeFault {
        try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
            return new String(in.readNBytes(LONGEST_REASON), StandardCharsets.UTF_8).strip();
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new NodeFault("cannot read `" + path + "`", e);
        }
    }

    private static Path refusedOf(Path archive) {
        return archive.resolveSibling(stem(archive) + REFUSED);
    }

    /** All archives, the one that was used last first. */
    public List<KeptArchive> list() throws NodeFault {
        List<KeptArchive> found = new ArrayList<>();
        for (Path path : entries()) {
            Matcher name = KeptArchives.NAME.matcher(String.valueOf(path.getFileName()));
            if (name.matches() && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                look(path, name.group("env")).ifPresent(found::add);
            }
        }
        found.sort((one, other) -> other.lastUse().compareTo(one.lastUse()));
        return found;
    }

    private static Optional<KeptArchive> look(Path path, String env) throws NodeFault {
        try {
            Path used = usedOf(path);
            FileTime lastUse = Files.getLastModifiedTime(Files.exists(used) ? used : path);
            long bytes = Files.size(path);
            Optional<Manifest> manifest = manifest(path);
            Optional<Path> prefix = manifest.map(said -> Path.of(said.prefix().toString()));
            KeptArchive.State state = manifest.isPresent() && prefix.isPresent()
                    ? state(prefix.get(), manifest.get().state())
                    : KeptArchive.State.BROKEN;
            return Optional.of(new KeptArchive(path, env, prefix, state, bytes, lastUse.toInstant()));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // another one prunes too
        } catch (IOException e) {
            throw new NodeFault("cannot look at `" + path + "`", e);
        }
    }

    /** Empty where it cannot be read: then the archive is broken. */
    private static Optional<Manifest> manifest(Path archive) {
        try {
            return ArchiveIndex.of(archive).map(ArchiveIndex::manifest);
        } catch (BadRequest e) {
            return Optional.empty();
        }
    }

    private static KeptArchive.State state(Path prefix, Optional<String> packed) {
        if (!Files.isDirectory(prefix.resolve("conda-meta"))) {
            return KeptArchive.State.GONE;
        }
        boolean same = packed.filter(EnvState.ofPrefix(prefix).digest()::equals).isPresent();
        return same ? KeptArchive.State.FRESH : KeptArchive.State.STALE;
    }

    /** Deletes one with what is noted of it. A job that reads it on another node stages from the environment instead. */
    public void delete(Path archive) throws NodeFault {
        try {
            Files.deleteIfExists(archive);
            Files.deleteIfExists(usedOf(archive));
        } catch (IOException e) {
            throw new NodeFault("cannot delete `" + archive + "`", e);
        }
    }

    /** What packers have left that were killed: half an archive, a note without one, a claim of nobody. */
    public void clear() throws NodeFault {
        try {
            FileClock clock = new FileClock(directory());
            for (Path path : entries()) {
                String name = String.valueOf(path.getFileName());
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    Claim.clear(path, clock);
                    continue;
                }
                boolean part = name.startsWith(".");
                boolean alone = name.endsWith(USED)
                        && Files.notExists(path.resolveSibling(
                                name.substring(0, name.length() - USED.length()) + KeptArchives.ENDING));
                if ((part || alone) && clock.age(path).compareTo(LEFT_BEHIND) > 0) {
                    Files.deleteIfExists(path);
                } else if (name.endsWith(REFUSED) && clock.age(path).compareTo(BETWEEN_TRIES) > 0) {
                    Files.deleteIfExists(path);
                }
            }
        } catch (IOException e) {
            throw new NodeFault("cannot clear `" + directory() + "`", e);
        }
    }

    /** What an earlier packer has left of an archive: who has the claim is the only one that writes. */
    void clearHalf(Path archive) throws IOException, NodeFault {
        for (Path path : entries()) {
            if (String.valueOf(path.getFileName()).startsWith("." + archive.getFileName() + ".")) {
                Files.deleteIfExists(path);
            }
        }
    }

    private List<Path> entries() throws NodeFault {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory())) {
            entries.forEach(found::add);
        } catch (NoSuchFileException e) {
            return found; // no job has packed anything yet
        } catch (IOException | DirectoryIteratorException e) {
            throw new NodeFault("cannot read `" + directory() + "`", e);
        }
        return found;
    }
}
