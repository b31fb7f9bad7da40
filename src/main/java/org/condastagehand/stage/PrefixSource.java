package org.condastagehand.stage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Causes;
import org.condastagehand.host.StagingException;
import org.condastagehand.relocate.Prefix;
import org.condastagehand.relocate.Shebang;

/** Copies a live environment and relocates each file on the way. */
final class PrefixSource implements TreeSource {
    /** What conda keeps in an installation's root beside the environment `base` itself (conda-pack 0.9.2, core.py). */
    private static final Set<String> NOT_OF_THE_ENV =
            Set.of("pkgs", "envs", "conda-bld", ".conda_lock", "conda-recipes", ".index", ".unionfs", ".nonadmin");

    private static final int BLANK_MODE = 0644;
    /** What a decoder writes for bytes that are not UTF-8. */
    private static final char NOT_UTF8 = '\uFFFD';

    private final Path prefix;
    private final Prefix to;
    private final boolean writable;
    private final StageLimits limits;
    private final List<String> notes = new ArrayList<>();

    PrefixSource(Path prefix, Path visible, boolean writable, StageLimits limits) {
        this.prefix = prefix;
        this.to = Prefix.of(visible.toString());
        this.writable = writable;
        this.limits = limits;
    }

    @Override
    public Filled fill(Path work) throws StagingException {
        Space space = new Space(work, limits);
        space.expect(0);
        Path real = realPrefix();
        List<Prefix> names = new ArrayList<>(List.of(Prefix.of(prefix.toString()), Prefix.of(real.toString())));
        OriginalPrefix.ofScripts(real).filter(name -> isSameOrGone(name, real)).ifPresent(names::add);
        Shebang shebang = new Shebang(to, name -> Inside.hasProgram(real, name));
        SearchRelocation relocation = new SearchRelocation(names, to, CondaMeta.read(real), shebang);
        try (TreeWriter tree = new TreeWriter(work, writable, space, relocation, limits.writers())) {
            new Walk(real, names, tree).walk();
            tree.finish();
            tree.seal();
            notes.addAll(TreeSource.noteOnLeft(relocation.left()));
            return new Filled(work, tree.files(), space.used(), notes);
        }
    }

    private Path realPrefix() throws BadRequest {
        try {
            return prefix.toRealPath();
        } catch (IOException e) {
            throw new BadRequest("cannot read `" + prefix + "`", e);
        }
    }

    /** Scripts may name another environment that is still there; what they say of that one stays. */
    private static boolean isSameOrGone(Prefix name, Path real) {
        try {
            Path named = Path.of(name.toString());
            return Files.notExists(named) || Files.isSameFile(named, real);
        } catch (IOException | InvalidPathException e) {
            return false;
        }
    }

    private static BadRequest unreadable(Path file, IOException cause) {
        return new BadRequest("cannot read `" + file + "`", cause);
    }

    /** One walk over the prefix; what fails in the visitor is carried out of it as an {@link IOException}. */
    private final class Walk extends SimpleFileVisitor<Path> {
        private final Path real;
        private final List<Prefix> names;
        private final TreeWriter tree;
        private final Map<Object, String> linked = new HashMap<>();

        Walk(Path real, List<Prefix> names, TreeWriter tree) {
            this.real = real;
            this.names = names;
            this.tree = tree;
        }

        void walk() throws StagingException {
            try {
                Files.walkFileTree(real, this);
            } catch (Carried e) {
                throw e.failure;
            } catch (IOException e) {
                throw new BadRequest("cannot read `" + prefix + "`: " + Causes.oneLine(e), "", e);
            }
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            Path relative = real.relativize(directory);
            if (relative.getNameCount() == 1 && NOT_OF_THE_ENV.contains(relative.toString())) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            if (!directory.equals(real)) {
                carrying(
                        directory,
                        () -> tree.directory(path(directory), mode(directory), attributes.lastModifiedTime()));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            boolean copied = attributes.isSymbolicLink() || attributes.isRegularFile();
            if (copied && FileEntry.isAutoStageHook(file.toString())) {
                FileEntry blank = new FileEntry(path(file), BLANK_MODE, attributes.lastModifiedTime(), 0);
                carrying(file, () -> tree.file(blank, (into, from, length) -> -1));
            } else if (attributes.isSymbolicLink()) {
                carrying(file, () -> tree.symlink(path(file), target(file), attributes.lastModifiedTime()));
            } else if (attributes.isRegularFile()) {
                carrying(file, () -> copy(file, attributes));
            } else {
                notes.add("passed over `" + file + "`, which is neither a file nor a link");
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException cause) throws IOException {
            throw new Carried(unreadable(file, cause));
        }

        private void copy(Path file, BasicFileAttributes attributes) throws StagingException, IOException {
            Map<String, Object> unix = Files.readAttributes(file, "unix:mode,nlink", LinkOption.NOFOLLOW_LINKS);
            String path = path(file);
            if ((Integer) unix.getOrDefault("nlink", 1) > 1) {
                String first = linked.putIfAbsent(String.valueOf(attributes.fileKey()), path);
                if (first != null) {
                    tree.hardLink(path, first);
                    return;
                }
            }
            int mode = (Integer) unix.getOrDefault("mode", 0644) & 0777;
            FileTime modified = attributes.lastModifiedTime();
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS, StandardOpenOption.READ)) {
                tree.file(new FileEntry(path, mode, modified, attributes.size()), (into, from, length) -> {
                    try {
                        return in.read(into, from, length);
                    } catch (IOException e) {
                        throw unreadable(file, e);
                    }
                });
            }
        }

        private String target(Path link) throws IOException {
            String target = Files.readSymbolicLink(link).toString();
            if (target.indexOf(NOT_UTF8) >= 0) {
                throw new Carried(new BadRequest("the target of the symlink `" + link + "` is not UTF-8"));
            }
            for (Prefix name : names) {
                if (name.holds(target)) {
                    return to + target.substring(name.toString().length());
                }
            }
            return target;
        }

        private int mode(Path directory) throws IOException {
            return (Integer) Files.getAttribute(directory, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 0777;
        }

        private String path(Path file) throws Carried {
            String path = real.relativize(file).toString();
            if (path.indexOf(NOT_UTF8) >= 0) {
                throw new Carried(new BadRequest("the name of `" + path + "` in `" + prefix + "` is not UTF-8"));
            }
            return path;
        }

        private void carrying(Path file, Step step) throws IOException {
            try {
                step.run();
            } catch (Carried e) {
                throw e;
            } catch (IOException e) {
                throw new Carried(unreadable(file, e));
            } catch (StagingException e) {
                throw new Carried(e);
            }
        }
    }

    /** A part of the walk. */
    @FunctionalInterface
    private interface Step {
        void run() throws StagingException, IOException;
    }

    /** A failure on its way through the file visitor, which lets only {@link IOException} pass. */
    private static final class Carried extends IOException {
        private static final long serialVersionUID = 1;
        private final StagingException failure;

        Carried(StagingException failure) {
            super(failure);
            this.failure = failure;
        }
    }
}
