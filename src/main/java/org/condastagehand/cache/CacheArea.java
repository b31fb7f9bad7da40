package org.condastagehand.cache;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.PrivateDirectory;
import org.condastagehand.host.StagingException;
import org.condastagehand.host.User;

/**
 * Where one user's cached environments lie on the node; this class alone builds the paths in it.
 *
 * <pre>
 * local_root/cache/v1/      sticky as /tmp is, made by install
 *   UID/                    the user's own, 0700
 *     KEY/                  an environment, relocated to here, read-only
 *     .KEY.stage/           one that is being filled
 *     .notes/KEY            what is known of it, from when it is whole; the file's time is that of the last lease
 *     .locks/KEY            held by who fills, leases or evicts it
 *     .leases/KEY.JOB       the path of JOB's link to it, and alive as long as that link
 *     .trash/RANDOM/        evicted, being deleted
 * </pre>
 */
public final class CacheArea {
    private final Path root;
    private final User user;

    private CacheArea(Path root, User user) {
        this.root = root;
        this.user = user;
    }

    /** The user's cache below the site's local root; nothing is made or looked at yet. */
    public static CacheArea of(Path localRoot, User user) {
        return new CacheArea(users(localRoot).resolve(Integer.toString(user.uid())), user);
    }

    /** The directory that holds all users' caches. */
    public static Path users(Path localRoot) {
        return localRoot.resolve("cache/v1");
    }

    Path root() {
        return root;
    }

    Path entry(String key) {
        return root.resolve(key);
    }

    Path work(String key) {
        return root.resolve("." + key + ".stage");
    }

    Path notes() {
        return root.resolve(".notes");
    }

    Path locks() {
        return root.resolve(".locks");
    }

    Path leases() {
        return root.resolve(".leases");
    }

    Path trash() {
        return root.resolve(".trash");
    }

    /** Ends the leases of a job whose directory is struck; the sweep would do it later. */
    public void release(Path job) throws NodeFault {
        try {
            for (Path lease : in(leases())) {
                if (String.valueOf(lease.getFileName()).endsWith("." + job.getFileName())) {
                    Files.deleteIfExists(lease);
                }
            }
        } catch (IOException e) {
            throw new NodeFault("cannot end the leases of `" + job + "`", e);
        }
    }

    /** Whose it is. */
    User user() {
        return user;
    }

    /** Whether the user has anything here at all. */
    boolean exists() {
        return Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes what is missing and refuses an area that somebody else made. */
    void make() throws StagingException {
        try {
            PrivateDirectory.make(root);
            requireOwn();
            for (Path directory : List.of(notes(), locks(), leases(), trash())) {
                PrivateDirectory.make(directory);
            }
        } catch (NoSuchFileException e) {
            throw new BadSite(
                    "`" + root.getParent() + "` is not there on this node",
                    "run the installer again on this node, or set `enabled = false` under [cache] in site.toml",
                    e);
        } catch (IOException e) {
            throw new NodeFault("cannot make `" + root + "`", e);
        }
    }

    /** Throws unless the area is a directory of this user that nobody else can enter. */
    void requireOwn() throws IOException, BadSite {
        PrivateDirectory.require(root, user);
    }

    /** What lies in a directory of the area; nothing where that is missing. */
    static List<Path> in(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return entries;
    }
}
