package org.condastagehand.cache;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.PrivateDirectory;
import org.condastagehand.host.StagingException;
import org.condastagehand.host.User;
import org.condastagehand.image.OpenToAll;
import org.condastagehand.resolve.ImageLabel;

/**
 * Where one user's cached environments lie on the node; this class alone builds the paths in it.
 *
 * <pre>
 * local_root/cache/site     leads to the area of the account that keeps the site's environments for everybody
 * local_root/cache/images/  root's: where the kernel mounts KEY.sqfs at KEY for everybody, see libexec/image
 * local_root/cache/v1/      sticky as /tmp is, made by install
 *   UID/                    the user's own, 0700; the account's 0755
 *     KEY/                  an environment, relocated to here, read-only; or where an image is mounted, or a link to root's place
 *     .KEY.stage/           one that is being filled
 *     .notes/KEY            what is known of it, from when it is whole
 *     .locks/KEY            held by who fills or evicts it, and in an area of one user's by who leases it
 *     .leases/KEY/JOB@…     which directory is JOB's, and alive as long as that; all jobs may add theirs to the account's
 *     .images/KEY           the node's copy of an image
 *     .wanted/NAME@UID      in the account's: one of the site's that a job of this user waits for
 *     .mount/KEY            in the account's: a link to the image that root is to mount
 *     .trash/RANDOM/        evicted, being deleted
 * </pre>
 */
public final class CacheArea {
    private static final Path USERS = Path.of("v1");

    private final Path root;
    private final int uid;
    private final boolean everybodys;

    private CacheArea(Path root, int uid, boolean everybodys) {
        this.root = root;
        this.uid = uid;
        this.everybodys = everybodys;
    }

    /** The user's cache below the site's local root, which is the site's if the user is its account; nothing is made yet. */
    public static CacheArea of(Path localRoot, User user) throws NodeFault {
        boolean account = keeper(localRoot).filter(uid -> uid == user.uid()).isPresent();
        return new CacheArea(users(localRoot).resolve(Integer.toString(user.uid())), user.uid(), account);
    }

    /** The cache that everybody sees; empty on a node that has no account for it. */
    public static Optional<CacheArea> ofSite(Path localRoot) throws NodeFault {
        return keeper(localRoot).map(uid -> new CacheArea(users(localRoot).resolve(Integer.toString(uid)), uid, true));
    }

    /** Only root can have made that link, so it needs no other proof. */
    private static Optional<Integer> keeper(Path localRoot) throws NodeFault {
        Path link = localRoot.resolve("cache/site");
        try {
            Path area = Files.readSymbolicLink(link);
            return Optional.of(Integer.valueOf(USERS.relativize(area).toString()));
        } catch (NoSuchFileException | NotLinkException e) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new NodeFault("`" + link + "` does not lead to `" + USERS + "/UID`", e);
        } catch (IOException e) {
            throw new NodeFault("cannot read `" + link + "`", e);
        }
    }

    /** The directory that holds all users' caches. */
    public static Path users(Path localRoot) {
        return localRoot.resolve("cache").resolve(USERS);
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

    Path wanted() {
        return root.resolve(".wanted");
    }

    Path images() {
        return root.resolve(".images");
    }

    Path mounts() {
        return root.resolve(".mount");
    }

    /** Whether it is the account's, which mounts nothing itself. */
    boolean isEverybodys() {
        return everybodys;
    }

    /** Where jobs are led to: the entry, or what it leads to itself. */
    Path shown(String key) throws IOException {
        Path entry = entry(key);
        return Files.isSymbolicLink(entry) ? Files.readSymbolicLink(entry) : entry;
    }

    /** Where an image will be mounted that this user is about to make. */
    public Path placeOfImage() {
        return entry(EntryKey.any());
    }

    /** The same of one that root's hooks mount for everybody. */
    public static Path placeOfSiteImage(Path localRoot) {
        return siteImages(localRoot).resolve(EntryKey.any());
    }

    /** Whether an image was made to be mounted here, for this user. */
    public boolean takes(ImageLabel label) {
        return EntryKey.isOne(label.key()) && entry(label.key()).equals(label.prefix());
    }

    /** The same for everybody. */
    public static boolean siteTakes(Path localRoot, ImageLabel label) {
        return EntryKey.isOne(label.key())
                && siteImages(localRoot).resolve(label.key()).equals(label.prefix());
    }

    private static Path siteImages(Path localRoot) {
        return localRoot.resolve("cache/images");
    }

    Path trash() {
        return root.resolve(".trash");
    }

    /** Ends the leases of a job whose directory is struck; the sweep would do it later. */
    public void release(Path job) throws NodeFault {
        try {
            Lease.visit(this, lease -> {
                if (lease.isOf(job)) {
                    Files.deleteIfExists(lease.file());
                }
            });
        } catch (IOException e) {
            throw new NodeFault("cannot end the leases of `" + job + "`", e);
        }
    }

    /** Whether an entry is there and as it was staged: a look that costs a few tens of stats. */
    boolean has(String key) throws IOException {
        Optional<EntryNote> note = EntryNote.read(notes().resolve(key));
        return note.isPresent() && note.get().isOf(shown(key));
    }

    /** The same for a sweep, which may not see what is mounted there. */
    boolean mayHave(String key) throws IOException {
        Optional<EntryNote> note = EntryNote.read(notes().resolve(key));
        return note.isPresent() && note.get().mayBeOf(shown(key));
    }

    /**
     * Lets those see an entry whom this area is for. What the account can read everybody can, for it has no group; in an archive
     * that holds for files, too, that are their owner's alone.
     */
    void open(Path entry) throws IOException {
        if (everybodys) {
            OpenToAll.tree(entry);
        }
    }

    /** Whether the user has anything here at all. */
    boolean exists() {
        return Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes what is missing and refuses an area that somebody else made. */
    void make() throws StagingException {
        try {
            make(root, everybodys ? 0755 : 0700);
            requireOwn();
            if (everybodys) {
                make(wanted(), 01777);
                make(mounts(), 0755);
            }
            for (Path directory : List.of(notes(), locks(), leases(), images(), trash())) {
                make(directory, everybodys && !directory.equals(trash()) ? 0755 : 0700);
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

    /** Makes the directory of an entry's leases, where every job may add its own and remove no other's. */
    void makeLeases(String key) throws IOException {
        make(leases().resolve(key), everybodys ? 01777 : 0700);
    }

    /** Whatever the umask. */
    private static void make(Path directory, int mode) throws IOException {
        try {
            Files.createDirectory(directory);
            Files.setAttribute(directory, "unix:mode", mode);
        } catch (FileAlreadyExistsException e) {
            // an earlier job made it
        }
    }

    /** Throws unless the area is a directory of its user that nobody else can enter, or change if all may enter it. */
    void requireOwn() throws IOException, BadSite {
        if (everybodys) {
            PrivateDirectory.requireUnwritable(root, uid);
        } else {
            PrivateDirectory.require(root, uid);
        }
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
