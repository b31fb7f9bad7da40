package org.condastagehand.pack;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;
import org.condastagehand.archive.Member;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Causes;
import org.condastagehand.host.UnixAttributes;

/** All that is in a prefix and goes into the archive, from one look at each name, several directories at a time. */
final class Listing {
    /** What a decoder writes for bytes that are not UTF-8. */
    private static final char NOT_UTF8 = '\uFFFD';

    /** What one name of the tree is. */
    private record Found(Entry entry, UnixAttributes file, boolean leftOut) {}

    private final Scope scope;
    private final Queue<Found> found = new ConcurrentLinkedQueue<>();
    private final Queue<String> notes = new ConcurrentLinkedQueue<>();
    private final Queue<String> setId = new ConcurrentLinkedQueue<>();

    private Listing(Scope scope) {
        this.scope = scope;
    }

    /**
     * What was found.
     *
     * @param entries sorted by the bytes of their paths, the second and later names of a file as hard links
     * @param notes lines that the user should see
     */
    record Listed(List<Entry> entries, List<String> notes) {}

    /**
     * Lists a prefix.
     *
     * @param root without symlinks
     */
    static Listed of(Path root, Scope scope, int threads) throws BadRequest {
        Listing listing = new Listing(scope);
        ForkJoinPool pool = new ForkJoinPool(threads);
        try {
            pool.invoke(listing.new Directory(root, ""));
        } catch (Refused e) {
            throw e.refusal;
        } finally {
            pool.shutdownNow();
        }
        return listing.listed();
    }

    /** A refusal on its way out of the pool. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient BadRequest refusal;

        Refused(BadRequest refusal) {
            super(refusal);
            this.refusal = refusal;
        }
    }

    private static Refused notUtf8(String what) {
        return new Refused(
                new BadRequest(what + " is not UTF-8", "give it another name, or leave it out: --exclude GLOB"));
    }

    private static Refused unreadable(Path path, IOException cause) {
        return new Refused(
                new BadRequest("cannot read `" + path + "`", "chmod u+rX " + path + ", or --exclude it", cause));
    }

    private final class Directory extends RecursiveAction {
        private static final long serialVersionUID = 1;
        private final transient Path directory;
        private final String path;

        Directory(Path directory, String path) {
            this.directory = directory;
            this.path = path;
        }

        @Override
        protected void compute() {
            List<Directory> below = new ArrayList<>();
            try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
                for (Path child : children) {
                    String name = child.getFileName().toString();
                    String at = path.isEmpty() ? name : path + "/" + name;
                    boolean leftOut = scope.leavesOut(at);
                    if ((!leftOut || scope.looksBelow()) && look(child, at, leftOut)) {
                        below.add(new Directory(child, at));
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw unreadable(
                        directory, new IOException(Causes.oneLine(e.getCause() == null ? e : e.getCause()), e));
            } catch (IOException e) {
                throw unreadable(directory, e);
            }
            invokeAll(below);
        }
    }

    /** Notes what a name is, if it is wanted, and says whether it is a directory to enter. */
    private boolean look(Path file, String path, boolean leftOut) {
        try {
            UnixAttributes is = UnixAttributes.of(file);
            boolean directory = is.kind() == UnixAttributes.Kind.DIRECTORY;
            if (leftOut && !directory) {
                return false;
            }
            if (is.kind() == UnixAttributes.Kind.OTHER) {
                notes.add("passed over `" + file + "`, which is a socket, a pipe or a device");
                return false;
            }
            if (path.indexOf(NOT_UTF8) >= 0) {
                throw notUtf8("the name `" + file + "`");
            }
            if (is.kind() == UnixAttributes.Kind.FILE && is.isSetId()) {
                setId.add(path);
            }
            found.add(new Found(new Entry(member(file, path, is), is.inode(), is.size()), is, leftOut));
            return directory;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private Member member(Path file, String path, UnixAttributes is) throws IOException {
        int mode = scope.mode(is.permissions());
        FileTime modified = is.modified();
        return switch (is.kind()) {
            case FILE -> new Member(Member.Kind.FILE, path, is.size(), mode, modified, "");
            case DIRECTORY -> new Member(Member.Kind.DIRECTORY, path, 0, mode, modified, "");
            case SYMLINK -> new Member(Member.Kind.SYMLINK, path, 0, 0777, modified, target(file, path));
            case OTHER -> throw new IllegalArgumentException("neither a file nor a link: " + file);
        };
    }

    private String target(Path link, String path) throws IOException {
        String target = Files.readSymbolicLink(link).toString();
        if (target.indexOf(NOT_UTF8) >= 0) {
            throw notUtf8("the target of the symlink `" + link + "`");
        }
        return scope.target(path, target);
    }

    private Listed listed() {
        List<Found> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparing(one -> one.entry().path(), ByteOrdered::compare));
        keepOnlyDirectoriesInUse(sorted);
        Map<String, String> firsts = new HashMap<>();
        List<Entry> entries = new ArrayList<>(sorted.size());
        for (Found one : sorted) {
            Entry entry = one.entry();
            String first = entry.isFile() && one.file().links() > 1
                    ? firsts.putIfAbsent(one.file().identity(), entry.path())
                    : null;
            entries.add(first == null ? entry : hardLink(entry, first));
        }
        List<String> said = new ArrayList<>(notes);
        said.sort(null);
        said.addAll(Lines.named("lost its set-uid or set-gid bit", "lost their set-uid or set-gid bits", setId));
        return new Listed(entries, said);
    }

    /** Of the directories that are left out, those stay that something is in that is not. */
    private static void keepOnlyDirectoriesInUse(List<Found> sorted) {
        Set<String> used = new HashSet<>();
        for (Found one : sorted) {
            String path = one.entry().path();
            for (int slash = path.lastIndexOf('/');
                    slash > 0 && !one.leftOut();
                    slash = path.lastIndexOf('/', slash - 1)) {
                used.add(path.substring(0, slash));
            }
        }
        sorted.removeIf(one -> one.leftOut() && !used.contains(one.entry().path()));
    }

    private static Entry hardLink(Entry entry, String first) {
        Member member = entry.member();
        return new Entry(
                new Member(Member.Kind.HARD_LINK, member.path(), 0, member.mode(), member.modified(), first), 0, 0);
    }
}
