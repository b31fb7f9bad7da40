package org.condastagehand.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.PrivateDirectory;
import org.condastagehand.host.StagingException;
import org.condastagehand.host.User;

/**
 * Where one user's own jobs live on the node; this class alone builds the paths in it.
 *
 * <pre>
 * local_root/                       root's, not writable by others, made by install
 *   users/                          sticky as /tmp is
 *     UID/                          the user's own, 0700
 *       records/JOB                 what to strike; there before the directory, gone after it
 *       jobs/JOB/                   the job's TMPDIR, with conda-stage/ in it
 *       trash/JOB.struck-RANDOM/    struck, being deleted
 * </pre>
 */
public final class JobArea {
    /** How often other jobs of the user, each ending at the wrong moment, may be in the way. */
    static final int TRIES = 100;

    private final Path root;
    private final User user;

    private JobArea(Path root, User user) {
        this.root = root;
        this.user = user;
    }

    /** The user's area below the site's local root; nothing is made or looked at yet. */
    public static JobArea of(Path localRoot, User user) {
        return new JobArea(users(localRoot).resolve(Integer.toString(user.uid())), user);
    }

    /**
     * Where a user's job goes on a node whose local root cannot be used: nothing is staged then, but the job's shells
     * still need the scripts that activate the original environment.
     */
    public static JobArea inTmp(User user) {
        return new JobArea(Path.of("/tmp/conda-stagehand-" + user.uid()), user);
    }

    /** The directory that holds all users' areas. */
    public static Path users(Path localRoot) {
        return localRoot.resolve("users");
    }

    /** Whose it is. */
    public User user() {
        return user;
    }

    public Path records() {
        return root.resolve("records");
    }

    public Path jobs() {
        return root.resolve("jobs");
    }

    public Path trash() {
        return root.resolve("trash");
    }

    /** Whether the user has anything here at all. */
    public boolean exists() {
        return Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes what is missing and refuses an area that somebody else made. */
    public void make() throws StagingException {
        for (int left = TRIES; ; left--) {
            try {
                PrivateDirectory.make(root);
                requireOwn();
                PrivateDirectory.make(records());
                PrivateDirectory.make(jobs());
                PrivateDirectory.make(trash());
                return;
            } catch (NoSuchFileException e) {
                // either the parent is missing, or another job of the user took the empty area away meanwhile
                if (left == 0 || !Files.isDirectory(root.resolveSibling("."))) {
                    throw new BadSite(
                            "`" + root.getParent() + "` is not there on this node",
                            "run the installer again on this node, or set `local_root` in site.toml",
                            e);
                }
            } catch (IOException e) {
                throw new NodeFault("cannot make `" + root + "`", e);
            }
        }
    }

    /** Throws unless the area is a directory of this user that nobody else can enter. */
    public void requireOwn() throws IOException, BadSite {
        PrivateDirectory.require(root, user.uid());
    }

    /** Takes the empty directories away, so that a user who has no job leaves no name either. */
    public void removeIfEmpty() {
        for (Path directory : new Path[] {records(), jobs(), trash(), root}) {
            try {
                Files.deleteIfExists(directory);
            } catch (IOException e) {
                return; // in use by another job of the user
            }
        }
    }
}
