package org.condastagehand.cache;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;
import org.condastagehand.host.User;
import org.condastagehand.resolve.ResolvedEnv;

/**
 * What a user's job does with the site's environments, which an account of the installation's keeps for everybody: it asks
 * for one, and sees it. It takes no lock there, so no user can make the others wait.
 */
public final class SiteCache {
    private final CacheArea area;

    private SiteCache(CacheArea area) {
        this.area = area;
    }

    /** Empty on a node that has no account for it. */
    public static Optional<SiteCache> at(Path localRoot) throws StagingException {
        Optional<CacheArea> area = CacheArea.ofSite(localRoot);
        try {
            if (area.isPresent()) {
                area.get().requireOwn();
            }
        } catch (IOException e) {
            throw new NodeFault("cannot look at `" + area.get().root() + "`", e);
        }
        return area.map(SiteCache::new);
    }

    /** Whether an environment is there in the state that a job would get. */
    public boolean has(ResolvedEnv env) throws StagingException {
        try {
            return area.has(EntryKey.of(env));
        } catch (IOException e) {
            throw new NodeFault("cannot look at `" + area.root() + "`", e);
        }
    }

    /** Asks the account, which is to run next, for an environment. */
    public void want(ResolvedEnv env, User user) throws NodeFault {
        Path file = wish(env.name(), user.uid());
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            // another job of the user's wants it too
        } catch (IOException e) {
            throw new NodeFault("cannot make `" + file + "`", e);
        }
    }

    private Path wish(String name, int uid) {
        return area.wanted().resolve(name + "@" + uid);
    }

    /** For the account: whether this user has asked. No other can in this one's name, nor on this one's time. */
    public boolean isWanted(String name, int uid) {
        try {
            return Integer.valueOf(uid)
                    .equals(Files.getAttribute(wish(name, uid), "unix:uid", LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            return false;
        }
    }

    /** For the account, when the environment is there: until then other jobs of the user's wait for it. */
    public void forget(String name, int uid) {
        try {
            Files.deleteIfExists(wish(name, uid));
        } catch (IOException e) {
            return; // a directory: the user's litter, and no more than a look each time
        }
    }

    /**
     * Makes {@code link}, {@code conda-stage/envs/NAME} in a job's directory, lead to the environment.
     *
     * @param job the job's directory, which the account must be able to look at by its path
     * @return whether the environment is there
     */
    public boolean lease(ResolvedEnv env, Path job, Path link) throws StagingException {
        String key = EntryKey.of(env);
        try {
            Path lease = Lease.write(area, key, job);
            if (!area.has(key)) { // after the lease, for who evicts looks for leases after the entry is out of sight
                Files.delete(lease);
                return false;
            }
            Files.createSymbolicLink(link, area.shown(key));
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new NodeFault("cannot lease `" + area.entry(key) + "`", e);
        }
    }
}
