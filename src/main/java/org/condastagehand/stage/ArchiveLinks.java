package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.condastagehand.relocate.Prefix;

/** The symlinks of an archive. conda-pack leaves their targets alone, so absolute ones lead to where it was packed. */
final class ArchiveLinks {
    private record Link(String path, String target, FileTime modified) {}

    private final List<Link> links = new ArrayList<>();

    synchronized void add(String path, String target, FileTime modified) {
        if (target.startsWith("/")) {
            links.add(new Link(path, target, modified));
        }
    }

    /** Points what leads into one of the old prefixes to the same place in the new one. */
    void relocate(Path work, Collection<Prefix> originals, Prefix to) throws IOException {
        for (Link link : links) {
            for (Prefix original : originals) {
                Path path = work.resolve(link.path());
                if (original.holds(link.target()) && stands(link, path)) {
                    replace(
                            path,
                            to + link.target().substring(original.toString().length()),
                            link.modified());
                }
            }
        }
    }

    /** A later member may have replaced it. */
    private static boolean stands(Link link, Path path) throws IOException {
        return Files.isSymbolicLink(path) && Files.readSymbolicLink(path).equals(Path.of(link.target()));
    }

    private static void replace(Path link, String target, FileTime modified) throws IOException {
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of(target));
        Files.getFileAttributeView(link, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(modified, null, null);
    }
}
