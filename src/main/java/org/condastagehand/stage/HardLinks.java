package org.condastagehand.stage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.StagingException;

/** Hard links that wait until the files that they mean are on disk. */
final class HardLinks {
    private record HardLink(String path, String target) {}

    private final Path root;
    private final DirectoryTable directories;
    private final List<HardLink> waiting = new ArrayList<>();
    private final Map<String, String> files = new HashMap<>();

    HardLinks(Path root, DirectoryTable directories) {
        this.root = root;
        this.directories = directories;
    }

    /** Where the target is itself a link that waits, its file is meant: all are made at once, in no order. */
    void add(String path, String target) {
        String file = files.getOrDefault(target, target);
        files.put(path, file);
        waiting.add(new HardLink(path, file));
    }

    void make(Writers threads) throws IOException, StagingException {
        threads.each(waiting, this::make);
        waiting.clear();
        files.clear();
    }

    private void make(HardLink link) throws IOException, BadRequest {
        Path target = root.resolve(link.target());
        if (!isFile(link.target(), target)) {
            throw noFileBefore(link.path(), link.target());
        }
        Files.createLink(root.resolve(link.path()), target);
    }

    static BadRequest noFileBefore(String path, String target) {
        return new BadRequest("`" + path + "` is a hard link to `" + target + "`, which is no file before it");
    }

    private boolean isFile(String path, Path target) throws IOException {
        int slash = path.lastIndexOf('/');
        if (!directories.holds(slash < 0 ? "" : path.substring(0, slash))) {
            return false;
        }
        try {
            return Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isRegularFile();
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
